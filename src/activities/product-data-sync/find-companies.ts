import { ApplicationFailure } from '@temporalio/activity';
import type { TwentyClient, TwentyCompany } from '../../connectors/twenty/index.ts';
import type { RunInput } from '../../domain/run.ts';
import { begunEffects } from '../../store/effects.ts';
import { companiesTaken, keepCompanies, loadCompanies } from '../../store/product-companies.ts';
import type { CompanyRow } from '../../workflows/product-data-sync/contract.ts';
import { readFields } from '../../workflows/product-data-sync/fields.ts';
import { hostOf } from '../../workflows/product-data-sync/normalise-row.ts';
import { type Candidate, type Match, matchCompany } from '../../workflows/product-data-sync/rules.ts';
import type { ProductDataSyncSettings } from '../../workflows/product-data-sync/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection, type StepContext } from '../runtime/step.ts';
import { nextCompanyRows } from './company-rows.ts';
import { createKey } from './create-missing.ts';
import { type CompanyData, openedSync, type PageCompany, type Sync, syncSettings } from './sync-state.ts';

export interface FoundCompanies {
  readonly companies: number;
  readonly toCreate: number;
}

/**
 * Puts the rows of the next companies together and finds the companies in Twenty, with the values they hold: one call for 200 where the
 * strongest key finds them all, one more for each weaker key that is needed. What was found is kept before anything is written.
 */
export async function findCompaniesOfPage(deps: ActivityDeps, run: RunInput): Promise<FoundCompanies> {
  const { settings } = syncSettings(deps, run);
  const sync = await openedSync(deps, run);
  const known = await loadCompanies<CompanyData>(deps.database, sync.deliveryId, sync.companyPage);
  if (known.length > 0) return counted(known);
  const rows = await nextCompanyRows(deps.database, sync.deliveryId, sync.companyKey, settings.pages.companies, settings.metrics);
  if (rows.length === 0) return { companies: 0, toCreate: 0 };
  const client = deps.twenty(settings.twenty);
  if (sync.companyPage === 1) await assertFields(client, settings);
  const found = await onConnection(deps, run, settings.twenty, (context) => lookUp(client, settings, rows, context));
  const companies = await sorted(deps, run, sync, settings, rows, found);
  await keepCompanies(deps.database, run, sync.deliveryId, sync.companyPage, companies);
  return counted(companies);
}

function counted(companies: readonly PageCompany[]): FoundCompanies {
  return { companies: companies.length, toCreate: companies.filter(({ state }) => state === 'create').length };
}

async function lookUp(client: TwentyClient, settings: ProductDataSyncSettings, rows: readonly CompanyRow[], first: StepContext): Promise<readonly TwentyCompany[]> {
  const fields = readFields(settings);
  const field = settings.keys.externalId?.field;
  const found = new Map<string, TwentyCompany>();
  const keep = (companies: readonly TwentyCompany[]): void => companies.forEach((company) => void found.set(company.id, company));
  const open = (): readonly CompanyRow[] => {
    const candidates = [...found.values()].map((company) => candidateOf(company, settings));
    return rows.filter(({ keys }) => matchCompany(keys, candidates).kind === 'none');
  };
  if (field !== undefined) keep(await client.findByField('company', field, texts(rows.map(({ keys }) => keys.externalId)), first, fields));
  const context = field === undefined ? first : midway(first);
  const domains = texts(open().flatMap(({ keys }) => [keys.host, keys.domain]));
  if (domains.length > 0) keep(await client.findCompanies({ domains, names: [] }, context, fields));
  const names = texts(open().map(({ keys }) => keys.name));
  if (settings.keys.name !== undefined && names.length > 0) keep(await client.findCompanies({ domains: [], names }, domains.length > 0 ? midway(first) : context, fields));
  return [...found.values()];
}

/** Each row with the company that it is of, or why there is none. */
async function sorted(deps: ActivityDeps, run: RunInput, sync: Sync, settings: ProductDataSyncSettings, rows: readonly CompanyRow[], found: readonly TwentyCompany[]): Promise<readonly PageCompany[]> {
  const candidates = found.map((company) => candidateOf(company, settings));
  const matches = rows.map(({ keys }) => matchCompany(keys, candidates));
  const ids = matches.flatMap((match) => (match.kind === 'found' ? [match.id] : []));
  const taken = new Map(await companiesTaken(deps.database, sync.deliveryId, sync.companyPage, ids));
  const madeBefore = settings.unmatched === 'create' ? await begunEffects(deps.database, rows.map(({ key }) => createKey(run, key))) : new Set<string>();
  const byId = new Map(found.map((company) => [company.id, company]));
  return rows.map((row, index): PageCompany => {
    const end = endOf(row, matches[index]!, taken, settings, madeBefore.has(createKey(run, row.key)));
    if (end.companyId !== undefined) taken.set(end.companyId, row.key);
    const company = end.companyId === undefined ? undefined : byId.get(end.companyId);
    return {
      key: row.key, position: sync.companies + index + 1, name: company?.name || (row.keys.name ?? row.keys.host ?? row.keys.externalId ?? row.key),
      ...end, reason: end.reason ?? (row.problems.length === 0 ? undefined : `Not all could be read. ${row.problems.join('; ')}.`),
      data: { keys: row.keys as CompanyData['keys'], values: row.values, ...(company === undefined ? {} : { current: currentOf(company, settings), ...(company.accountOwnerId === undefined ? {} : { ownerId: company.accountOwnerId }) }) },
    };
  });
}

type End = Pick<PageCompany, 'state' | 'reason' | 'companyId'>;

function endOf(row: CompanyRow, match: Match, taken: ReadonlyMap<string, string>, settings: ProductDataSyncSettings, wasMade: boolean): End {
  switch (match.kind) {
    case 'found': {
      const other = taken.get(match.id);
      if (other !== undefined) return { state: 'same_company', reason: `Another row of the warehouse, ${other}, is of the same company. Give both the same key.`, companyId: undefined };
      return { state: 'planned', reason: undefined, companyId: match.id };
    }
    case 'ambiguous':
    case 'trashed':
      return { state: match.kind, reason: match.reason, companyId: undefined };
    case 'none': {
      const listed = (reason: string): End => ({ state: 'unmatched', reason, companyId: undefined });
      if (settings.unmatched === 'list') return listed('No company in Twenty has these keys.');
      if (wasMade) return listed('It was created by an earlier sync and is not there any more, so it is not created again.');
      if (row.keys.domain === undefined && row.keys.externalId === undefined) return listed('No company in Twenty has this name; by name alone none is created.');
      return { state: 'create', reason: undefined, companyId: undefined };
    }
  }
}

function candidateOf(company: TwentyCompany, { keys }: ProductDataSyncSettings): Candidate {
  const externalId = keys.externalId === undefined ? undefined : company[keys.externalId.field];
  return {
    id: company.id, name: company.name, host: hostOf(company.domainName.primaryLinkUrl), isTrashed: company.deletedAt !== undefined,
    ...(typeof externalId === 'string' && externalId.trim() !== '' ? { externalId: externalId.trim() } : {}),
  };
}

function currentOf(company: TwentyCompany, { metrics, keys, syncedAt }: ProductDataSyncSettings): Readonly<Record<string, unknown>> {
  const names = [...Object.keys(metrics), syncedAt.field, ...(keys.externalId === undefined ? [] : [keys.externalId.field])];
  return Object.fromEntries(names.map((name) => [name, company[name] ?? null]));
}

/** A field that the workspace has not would be read as empty for ever. Asking costs no token. */
async function assertFields(client: TwentyClient, settings: ProductDataSyncSettings): Promise<void> {
  const company = (await client.metadata.objects()).find(({ nameSingular }) => nameSingular === 'company');
  const known = new Set(company?.fields?.filter(({ isActive }) => isActive).map(({ name }) => name));
  const missing = readFields(settings).map((field) => field.replace(/\{.*$/, '')).filter((field) => !known.has(field));
  if (missing.length === 0) return;
  const what = missing.length === 1 ? `the field company.${missing[0]!}` : `the fields ${missing.map((name) => `company.${name}`).join(', ')}`;
  throw ApplicationFailure.nonRetryable(`Twenty has not ${what}. Run “sluice setup”, or name another field in the configuration; then retry.`, 'field_missing');
}

function texts(all: readonly (string | undefined)[]): string[] {
  return [...new Set(all.filter((one) => one !== undefined))];
}
