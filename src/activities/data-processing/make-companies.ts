import { ApplicationFailure } from '@temporalio/activity';
import type { RunInput } from '../../domain/run.ts';
import { endRows, markRows, takenRows } from '../../store/data-rows.ts';
import { lockNaturalKeys, type NaturalKey, settleNaturalKeys } from '../../store/natural-keys.ts';
import type { RowLookup, RowPlan } from '../../workflows/data-processing/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { createRecords, recordId } from '../twenty/create-records.ts';
import { companyKeys } from './company-links.ts';
import { dataOf, type FoundRow, type PageRow } from './data-item.ts';

const LOCK_MS = 60_000;
/** Clocks and round trips between the search and the lock. */
const MARGIN_MS = 2_000;

/**
 * Makes the companies that rows of the page name and nobody has, each once, also when other integrations mean the same one at this moment: one that is
 * known by its name only has no unique value in Twenty, so its natural keys are locked while it is made.
 */
export async function makeCompanies(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const { twenty } = dataOf(deps, run).settings;
  const rows: readonly PageRow[] = (await takenRows<RowPlan, FoundRow>(deps.database, run)).filter(({ found }) => found?.companyWanted !== undefined && found.companyId === undefined);
  const wanted = [...Map.groupBy(rows, ({ plan }) => companyKeys(plan.lookup.company!)[0] ?? '')].filter(([key]) => key !== '').map(([key, own]) => ({ key, rows: own, company: own[0]!.plan.lookup.company! }));
  if (wanted.length === 0) return { made: 0 };
  const scoped = (company: NonNullable<RowLookup['company']>): readonly string[] => companyKeys(company).map((key) => `${twenty}/company/${key}`);
  const known = run.dryRun ? [] : await lockNaturalKeys(deps.database, run.setId, wanted.flatMap(({ company }) => scoped(company)), LOCK_MS);
  if (known === undefined) throw ApplicationFailure.retryable('another run is making the same company just now', 'Busy');
  const made: { key: string; outsideId: string }[] = [];
  try {
    const elsewhere = wanted.map((one) => madeSince(known, scoped(one.company), one.rows[0]!.found!.companyWanted!.searchedAtMs));
    const open = wanted.filter((_, index) => elsewhere[index] === undefined);
    const ends = await createRecords(deps, run, {
      connection: twenty, object: 'company', step: 'company',
      creates: open.map(({ key, company, rows: own }) => {
        const effect = `${run.integration}/company/${key}`;
        const { domain, name = domain ?? '' } = company;
        return {
          key: effect, step: `company of row ${String(own[0]!.row)}`, summary: `create company ${name}`, members: [own[0]!.deliveryId],
          record: { id: recordId(effect), name, ...(domain === undefined ? {} : { domainName: { primaryLinkUrl: `https://${domain}`, primaryLinkLabel: domain } }) },
        };
      }),
    });
    const byKey = new Map(open.map((one, index) => [one.key, ends[index]!]));
    for (const [index, { key, company, rows: own }] of wanted.entries()) {
      const end = byKey.get(key);
      const id = elsewhere[index] ?? (end?.status === 'done' || (end?.status === 'exists' && !end.trashed) ? end.id : undefined);
      if (id !== undefined) {
        if (!run.dryRun) made.push(...scoped(company).map((one) => ({ key: one, outsideId: id })));
        await markRows(deps.database, run, 'taken', own.map((row) => ({ deliveryId: row.deliveryId, row: row.row, found: { ...row.found, companyId: id, companyWanted: undefined } })));
        continue;
      }
      const held = end?.status === 'held';
      const message = end?.status === 'rejected' || end?.status === 'held' ? end.message : 'It lies in the trash of Twenty.';
      await endRows(deps.database, run, own.map((row) => ({ deliveryId: row.deliveryId, row: row.row, state: held ? 'held' : 'rejected', problems: [{ code: 'company_refused', path: '', message: `The company ${company.name ?? company.domain ?? ''} was not made: ${message}` }] })));
    }
  } finally {
    if (!run.dryRun) await settleNaturalKeys(deps.database, run.setId, made);
  }
  return { made: made.length };
}

/** A company that another run made after this run had searched. */
function madeSince(known: readonly NaturalKey[], keys: readonly string[], searchedAtMs: number): string | undefined {
  const sinceMs = Date.now() - searchedAtMs + MARGIN_MS;
  return known.find(({ key, outsideId, settledMsAgo }) => keys.includes(key) && outsideId !== undefined && (settledMsAgo ?? Infinity) < sinceMs)?.outsideId;
}
