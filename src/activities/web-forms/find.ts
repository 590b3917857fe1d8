import type { RunInput } from '../../domain/run.ts';
import type { TwentyCompany, TwentyPerson } from '../../connectors/twenty/index.ts';
import { patchItems } from '../../store/items.ts';
import { planCompanyPatch, planPersonPatch } from '../../workflows/web-forms/plan.ts';
import { chooseCompanies, mergeLeads } from '../../workflows/web-forms/rules.ts';
import type { FormLead } from '../../workflows/web-forms/contract.ts';
import { companyKeysOf, extraFields } from '../../workflows/web-forms/lookups.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { type FormItem, formSettings, groupByEmail, loadForms, type PersonGroup } from './form-item.ts';
import { policyFor } from './policy.ts';

/** All that is read before anything is written. */
export interface FoundRecords {
  readonly people: FoundPeople;
  readonly companies: FoundCompanies;
}

/** Looks up the people, then the companies of those who want one. Both in one activity: a single form waits for nothing else. */
export async function findRecords(deps: ActivityDeps, run: RunInput): Promise<FoundRecords> {
  const people = await findPeople(deps, run);
  return { people, companies: people.companiesWanted === 0 ? NO_COMPANIES : await findCompanies(deps, run) };
}

export interface FoundPeople {
  readonly found: number;
  readonly missing: number;
  /** In the trash, and to be dealt with by the trash policy. */
  readonly trashed: number;
  /** Leads whose company has to be looked up. */
  readonly companiesWanted: number;
  /** People found whose record is to be completed. */
  readonly toUpdate: number;
}

/** Looks up the people of all addresses in one call, the trash included. */
async function findPeople(deps: ActivityDeps, run: RunInput): Promise<FoundPeople> {
  const settings = formSettings(deps, run);
  const groups = groupByEmail(await loadForms(deps, run));
  if (groups.length === 0) return { found: 0, missing: 0, trashed: 0, companiesWanted: 0, toUpdate: 0 };
  const records = await onConnection(deps, run, settings.twenty, (context) =>
    deps.twenty(settings.twenty).findPeopleByEmails(groups.map(({ leader }) => leader.data.lead.email), context, personFieldsOf(groups)));
  const matches = groups.map((group) => {
    const record = personOf(group.leader.data.lead.email, records);
    const lead = mergeLeads(group.members.map(({ data }) => data.lead), settings.policy);
    const incomplete = record !== undefined && planPersonPatch(record, lead, policyFor(settings, group)) !== undefined;
    return { group, record, incomplete };
  });
  await patchItems(deps.database, run, matches.flatMap(({ group, record, incomplete }) =>
    record === undefined ? [] : group.members.map(({ deliveryId }) => ({
      deliveryId,
      data: { person: { id: record.id, how: record.deletedAt === undefined ? 'found' : 'trashed', companyId: record.companyId, incomplete } } satisfies Partial<FormItem>,
    }))));
  const live = matches.filter(({ record }) => record !== undefined && record.deletedAt === undefined);
  return {
    found: live.length,
    missing: matches.filter(({ record }) => record === undefined).length,
    trashed: matches.filter(({ record }) => record?.deletedAt !== undefined).length,
    companiesWanted: matches.filter(({ group, record }) => wantsCompany(group, record?.companyId, settings.policy)).length,
    toUpdate: live.filter(({ incomplete }) => incomplete).length,
  };
}

export interface FoundCompanies {
  readonly existing: number;
  readonly toCreate: number;
  /** Companies found whose record is to be completed. */
  readonly toUpdate: number;
  /** People who exist and are to be linked to their company. */
  readonly toLink: number;
  /** Leads whose company is not the one of their address: Twenty's own workflow will link them elsewhere. */
  readonly differing: number;
}

const NO_COMPANIES: FoundCompanies = { existing: 0, toCreate: 0, toUpdate: 0, toLink: 0, differing: 0 };

/** Looks up the companies of all leads in one call and decides which company each one belongs to. */
async function findCompanies(deps: ActivityDeps, run: RunInput): Promise<FoundCompanies> {
  const settings = formSettings(deps, run);
  const groups = groupByEmail(await loadForms(deps, run)).filter((group) => wantsCompany(group, group.leader.data.person?.companyId, settings.policy));
  if (groups.length === 0) return NO_COMPANIES;
  const leads = groups.map((group) => mergeLeads(group.members.map(({ data }) => data.lead), settings.policy));
  const found = await lookUp(deps, run, settings.twenty, leads);
  const choices = chooseCompanies(leads, found.filter((company) => company.deletedAt === undefined));
  const choiceAtMs = Date.now();
  await patchItems(deps.database, run, groups.flatMap((group, index) => {
    const choice = choices[index]!;
    const company: FormItem['company'] =
      choice.kind === 'existing' ? { id: choice.id, how: 'existing', via: choice.via, differs: choice.differsFromEmailDomain } : undefined;
    return group.members.map(({ deliveryId }) => ({ deliveryId, data: { choice, choiceAtMs, company } satisfies Partial<FormItem> }));
  }));
  const byId = new Map(found.map((company) => [company.id, company]));
  const existing = choices.filter((choice) => choice.kind === 'existing');
  return {
    existing: existing.length,
    toCreate: new Set(choices.flatMap((choice) => (choice.kind === 'create' ? [choice.naturalKey] : []))).size,
    toUpdate: choices.filter((choice, index) =>
      choice.kind === 'existing' && planCompanyPatch(byId.get(choice.id)!, leads[index]!, policyFor(settings, groups[index]!), choice.via) !== undefined).length,
    toLink: choices.filter((choice, index) => choice.kind !== 'none' && groups[index]!.leader.data.person?.how === 'found').length,
    differing: choices.filter((choice) => choice.kind !== 'none' && choice.differsFromEmailDomain).length,
  };
}

function lookUp(deps: ActivityDeps, run: RunInput, connection: string, leads: readonly FormLead[]): Promise<readonly TwentyCompany[]> {
  const keys = companyKeysOf(leads);
  if (keys.domains.length + keys.names.length === 0) return Promise.resolve([]);
  return onConnection(deps, run, connection, (context) => deps.twenty(connection).findCompanies(keys, midway(context), extraFields(leads, 'company')));
}

/** A person who has a company keeps it, unless the policy lets the newest form replace it. */
function wantsCompany(group: PersonGroup, companyId: string | undefined, policy: { default: string; overwrite: readonly string[]; fill: readonly string[] }): boolean {
  const { lead, fillOnly } = group.leader.data;
  if (group.members.every(({ data }) => data.lead.companyDomain === undefined && data.lead.companyName === undefined)) return false;
  if (companyId === undefined) return true;
  const mayReplace = !fillOnly && !policy.fill.includes('company') && (policy.default === 'overwrite' || policy.overwrite.includes('company'));
  return mayReplace || Object.keys(lead.company).length > 0;
}

/** Several may hold the address: who is not in the trash goes first, then whose primary address it is, then the oldest. */
function personOf(email: string, records: readonly TwentyPerson[]): TwentyPerson | undefined {
  const rank = (record: TwentyPerson): string =>
    `${record.deletedAt === undefined ? '0' : '1'}${record.emails.primaryEmail.toLowerCase() === email ? '0' : '1'}${record.createdAt}${record.id}`;
  return records
    .filter(({ emails }) => [emails.primaryEmail, ...emails.additionalEmails].some((address) => address.toLowerCase() === email))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
}

/** The workspace's own fields that these leads bring, to be compared with what is there. */
export function personFieldsOf(groups: readonly PersonGroup[]): readonly string[] {
  return extraFields(groups.flatMap(({ members }) => members.map(({ data }) => data.lead)), 'person');
}
