import type { CallContext } from '../../connectors/twenty/index.ts';
import type { RunInput } from '../../domain/run.ts';
import { endRows, markRows, type RowEnd, takenRows } from '../../store/data-rows.ts';
import { begunEffects, finishEffects } from '../../store/effects.ts';
import { planPatch } from '../../workflows/data-processing/merge.ts';
import { nameOf } from '../../workflows/data-processing/check-row.ts';
import type { RowPlan } from '../../workflows/data-processing/contract.ts';
import type { Target } from '../../workflows/data-processing/target-settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { recordId } from '../twenty/create-records.ts';
import { companyLinks } from './company-links.ts';
import { byTarget, createKey, dataOf, type FoundRow, type PageRow, policyOf, readFields, updateKey, wantedOf } from './data-item.ts';
import { type Alike, byKeys, byNames, type Found, holders } from './lookups.ts';

export interface MatchedPage {
  readonly companies: number;
  readonly creates: number;
  readonly updates: number;
}

/** Looks the rows of the page up in Twenty, by key and by name, with their companies and contacts. What needs no write ends here. */
export async function matchRows(deps: ActivityDeps, run: RunInput): Promise<MatchedPage> {
  const { settings } = dataOf(deps, run);
  const page: readonly PageRow[] = await takenRows<RowPlan, FoundRow>(deps.database, run);
  const begun = await begunEffects(deps.database, page.map((row) => updateKey(run, row)));
  const matches = await onConnection(deps, run, settings.twenty, async (context) => {
    let first = true;
    const next = (): CallContext => {
      const one = first ? context : midway(context);
      first = false;
      return one;
    };
    const all: RowMatch[] = [];
    for (const { target, rows } of byTarget(settings, page)) all.push(...(await matchTarget(deps, run, settings.twenty, target, rows, begun, next)));
    return all;
  });
  const open = matches.filter((match) => match.end === undefined);
  // A run that was lost had made these, and nobody had noted it.
  const made = matches.filter(({ end, found }) => end?.state === 'created' && found.record?.made === true);
  await finishEffects(deps.database, run, made.map(({ row, end }) => ({ key: createKey(run, row), state: 'done', outsideId: end!.recordId! })));
  await endRows(deps.database, run, matches.flatMap(({ end }) => (end === undefined ? [] : [end])));
  await markRows(deps.database, run, 'taken', open.map(({ row, found }) => ({ deliveryId: row.deliveryId, row: row.row, found })));
  return {
    companies: open.filter(({ found }) => found.companyWanted !== undefined).length,
    creates: open.filter(({ found }) => found.record === undefined).length,
    updates: open.filter(({ found }) => found.record !== undefined).length,
  };
}

interface RowMatch {
  readonly row: PageRow;
  readonly found: FoundRow;
  readonly end?: RowEnd | undefined;
}

async function matchTarget(deps: ActivityDeps, run: RunInput, connection: string, target: Target, rows: readonly PageRow[], begun: ReadonlySet<string>, next: () => CallContext): Promise<readonly RowMatch[]> {
  const client = deps.twenty(connection);
  const fields = readFields(target);
  const hits = await byKeys(client, target, rows, fields, next);
  const first = new Map(rows.map((row) => [row, hitOf(row, target, hits)]));
  const named = rows.flatMap((row) => [row.decision !== undefined && row.decision !== 'create' ? row.decision : first.get(row) === undefined ? row.found?.known : undefined]).filter((id) => id !== undefined);
  const byId = new Map<string, Found>(named.length === 0 ? [] : (await client.findByIds(target.object, named, next(), fields)).map((record) => [record.id, record as Found]));
  const unknown = rows.filter((row) => first.get(row) === undefined && row.found?.known === undefined && row.decision === undefined);
  const alike = await byNames(client, target, unknown, fields, next);
  const links = await companyLinks(client, target, rows, next);
  const choose = (row: PageRow): RowMatch => {
    const link = links.get(row);
    const found = { ...row.found, ...(link?.companyId === undefined ? {} : { companyId: link.companyId }), ...(link?.contactId === undefined ? {} : { contactId: link.contactId }) };
    const choice = recordFor(run, row, target, { hit: first.get(row), byId, alike: alike.get(row) ?? [], companyId: link?.companyId, url: (id) => client.recordUrl(target.object, id) });
    const searchedAtMs = Date.now();
    if ('problem' in choice) return { row, found, end: endOf(row, choice.state, choice.problem) };
    const wantsCompany = link?.wanted === true && (choice.record === undefined || mayLink(row, target, choice.record));
    const matched: FoundRow = { ...found, ...(wantsCompany ? { companyWanted: { searchedAtMs } } : {}), ...(choice.record === undefined ? {} : { record: { id: choice.record.id, made: choice.made } }) };
    if (choice.record === undefined) return { row, found: matched };
    if (choice.made) return { row, found: matched, end: { deliveryId: row.deliveryId, row: row.row, state: 'created', recordId: choice.record.id } };
    if (target.found === 'skip') return { row, found: matched, end: { ...endOf(row, 'skipped', { code: 'exists', path: '', message: 'The record is in Twenty already and is left as it is.' }), recordId: choice.record.id } };
    const changes = wantsCompany || begun.has(updateKey(run, row)) || planPatch(choice.record, wantedOf({ ...row, found: matched }, target, choice.record), policyOf(row, target)) !== undefined;
    return changes ? { row, found: matched } : { row, found: matched, end: { deliveryId: row.deliveryId, row: row.row, state: 'unchanged', recordId: choice.record.id } };
  };
  return rows.map(choose);
}

interface Seen {
  readonly hit: Hit | undefined;
  readonly byId: ReadonlyMap<string, Found>;
  readonly alike: readonly Alike[];
  readonly companyId: string | undefined;
  url(id: string): string;
}

type Problem = { readonly code: string; readonly path: string; readonly message: string; readonly value?: string };
type Choice = { readonly record: Found | undefined; readonly made: boolean } | { readonly state: 'held' | 'skipped' | 'rejected'; readonly problem: Problem };

const IN_TRASH: Problem = { code: 'in_trash', path: '', message: 'The record lies in the trash of Twenty and is left there. Restore it, and send the row again.' };

function recordFor(run: RunInput, row: PageRow, target: Target, { hit, byId, alike, companyId, url }: Seen): Choice {
  const own = recordId(createKey(run, row));
  if (row.decision !== undefined && row.decision !== 'create') {
    const named = byId.get(row.decision);
    if (named === undefined) return { state: 'rejected', problem: { code: 'record_unknown', path: '_sluice_decision', message: 'There is no such record in Twenty, or not any more.', value: row.decision } };
    return named.deletedAt === undefined ? { record: named, made: false } : { state: 'skipped', problem: IN_TRASH };
  }
  if (hit !== undefined) {
    if (hit.record.deletedAt !== undefined) return { state: 'skipped', problem: IN_TRASH };
    if (hit.others > 0) return { state: 'held', problem: { code: 'several_fit', path: hit.key, message: `${String(hit.others + 1)} records in Twenty have this ${hit.key}. Write the id of the one that is meant into _sluice_decision, and send the row again.`, value: hit.record.id } };
    // What this file made before it was interrupted is still its own doing.
    return { record: hit.record, made: hit.record.id === own && row.found?.known === undefined };
  }
  const { known } = row.found ?? {};
  if (known !== undefined) {
    const record = byId.get(known);
    if (record === undefined) return { state: 'skipped', problem: { code: 'deleted_in_twenty', path: '', message: 'An earlier file made this record, and somebody has destroyed it since; it stays destroyed.' } };
    return record.deletedAt === undefined ? { record, made: false } : { state: 'skipped', problem: IN_TRASH };
  }
  const [best, second] = alike;
  if (best === undefined || target.match.names === undefined) return { record: undefined, made: false };
  if (best.record.id === own) return { record: best.record, made: true };
  const sure = best.score >= target.match.names.same && (second === undefined || second.score < best.score) && agrees(row, target, best.record, companyId);
  if (sure) return { record: best.record, made: false };
  const message = `“${row.plan.lookup.name!}” is alike by ${String(best.score)} of 100 to “${nameOf(target.object, best.record)}” in Twenty (${url(best.record.id)}). Write ${best.record.id} into _sluice_decision if it is the same, or “create” if it is not, and send the row again.`;
  return { state: 'held', problem: { code: 'perhaps_same', path: 'name', message, value: best.record.id } };
}

/** Two people may have one name: only one of the same company is surely the same; a company whose domain is another is surely not the same one. */
function agrees({ plan }: PageRow, { object }: Target, record: Found, companyId: string | undefined): boolean {
  if (object === 'person') return companyId !== undefined && record['companyId'] === companyId;
  const host = (fields: Readonly<Record<string, unknown>>): string => String(((fields['domainName'] ?? {}) as { readonly primaryLinkUrl?: unknown }).primaryLinkUrl ?? '').replace(/^[a-z]+:\/\//i, '').replace(/^www\.|\/.*$/g, '').toLowerCase();
  return host(plan.fields) === '' || host(record) === '' || host(plan.fields) === host(record);
}

interface Hit {
  readonly record: Found;
  readonly key: string;
  /** Further records that have it as well, none of which counts more. */
  readonly others: number;
}

/** The record that the first key names which is held by any. Addresses and domains are unique in Twenty, or as good as that. */
function hitOf({ plan }: PageRow, { match }: Target, hits: ReadonlyMap<string, readonly Found[]>): Hit | undefined {
  for (const key of match.keys) {
    const value = plan.lookup.keys[key];
    const all = value === undefined ? [] : holders(hits.get(key) ?? [], key, value);
    const [record] = all;
    if (record === undefined) continue;
    const rivals = all.slice(1).filter(({ deletedAt }) => deletedAt === undefined);
    return { record, key, others: UNIQUE.has(key) || record.deletedAt !== undefined ? 0 : rivals.length };
  }
  return undefined;
}

const UNIQUE = new Set(['emails.primaryEmail', 'domainName']);

/** A record that has a company keeps it, unless the policy lets a file replace it. */
function mayLink(row: PageRow, target: Target, record: Found): boolean {
  return planPatch(record, { companyId: 'new' }, policyOf(row, target)) !== undefined;
}

function endOf({ deliveryId, row }: PageRow, state: RowEnd['state'], problem: Problem): RowEnd {
  return { deliveryId, row, state, problems: [problem] };
}
