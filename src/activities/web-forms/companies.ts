import { ApplicationFailure, Context, sleep } from '@temporalio/activity';
import type { RunInput } from '../../domain/run.ts';
import type { CompanyChoice } from '../../workflows/web-forms/contract.ts';
import { extraFields } from '../../workflows/web-forms/lookups.ts';
import { companyInput, planCompanyPatch } from '../../workflows/web-forms/plan.ts';
import { mergeLeads } from '../../workflows/web-forms/rules.ts';
import { patchItems } from '../../store/items.ts';
import { lockNaturalKeys, type NaturalKey, settleNaturalKeys } from '../../store/natural-keys.ts';
import type { ActivityDeps } from '../deps.ts';
import { type CreateEnd, createRecords, recordId } from '../twenty/create-records.ts';
import { updateRecords } from '../twenty/update-records.ts';
import { endMembers } from './end-members.ts';
import { effectKey, type FormItem, formSettings, groupByEmail, loadForms, type PersonGroup } from './form-item.ts';
import { policyFor } from './policy.ts';
import { restoreCompany } from './trash.ts';

type NewCompany = Extract<CompanyChoice, { kind: 'create' }>;

const LOCK_MS = 60_000;
const LOCK_TRIES = 60;
/** Clocks and round trips between the search and its note. */
const MARGIN_MS = 2_000;

/**
 * Makes the companies that nobody has, once each, also when other runs mean the same one at this moment: a company known by its
 * name only has no unique value in Twenty, so its natural keys are locked here while it is made.
 */
export async function createCompanies(deps: ActivityDeps, run: RunInput): Promise<{ created: number }> {
  const { database } = deps;
  const settings = formSettings(deps, run);
  const groups = groupByEmail(await loadForms(deps, run));
  const wanted = new Map<string, { choice: NewCompany; groups: PersonGroup[] }>();
  for (const group of groups) {
    const { choice } = group.leader.data;
    if (choice?.kind !== 'create') continue;
    const entry = wanted.get(choice.naturalKey);
    if (entry === undefined) wanted.set(choice.naturalKey, { choice, groups: [group] });
    else entry.groups.push(group);
  }
  const entries = [...wanted.values()];
  if (entries.length === 0) return { created: 0 };
  if (run.dryRun) {
    await makeCompanies(deps, run, entries, settings.twenty);
    return { created: entries.length };
  }

  const holder = run.setId;
  const known = await lock(deps, holder, entries.flatMap(({ choice }) => scoped(settings.twenty, choice.naturalKeys)));
  const made: { key: string; outsideId: string }[] = [];
  try {
    const madeElsewhere = entries.map((entry) => ({ entry, id: madeSince(known, scoped(settings.twenty, entry.choice.naturalKeys), entry.groups[0]!.leader.data.choiceAtMs ?? 0) }));
    await linkCompanies(deps, run, madeElsewhere.flatMap(({ entry: { choice, groups }, id }) => (id === undefined ? [] : [linkTo(choice, groups, id, 'existing')])));
    const ends = await makeCompanies(deps, run, madeElsewhere.flatMap(({ entry, id }) => (id === undefined ? [entry] : [])), settings.twenty);
    made.push(...ends.flatMap(({ choice, id }) => scoped(settings.twenty, choice.naturalKeys).map((key) => ({ key, outsideId: id }))));
  } finally {
    await settleNaturalKeys(database, holder, made);
  }
  return { created: made.length };
}

/** Completes companies that exist: a blank domain is filled, the workspace's own fields by the policy. */
export async function updateCompanies(deps: ActivityDeps, run: RunInput): Promise<{ updated: number }> {
  const settings = formSettings(deps, run);
  const targets = new Map<string, { group: PersonGroup; via: 'domain' | 'name' }>();
  for (const group of groupByEmail(await loadForms(deps, run))) {
    const { choice } = group.leader.data;
    if (choice?.kind === 'existing' && !targets.has(choice.id)) targets.set(choice.id, { group, via: choice.via });
  }
  const ends = await updateRecords(deps, run, {
    connection: settings.twenty,
    object: 'company',
    step: 'company update',
    fields: extraFields([...targets.values()].map(({ group }) => group.leader.data.lead), 'company'),
    updates: [...targets].map(([id, { group, via }]) => ({
      key: effectKey(run, group.leader.deliveryId, 'company-update'),
      summary: `complete company ${group.leader.data.lead.companyName ?? group.leader.data.lead.companyDomain ?? ''}`,
      members: [group.leader.deliveryId],
      id,
      plan: (current) => planCompanyPatch(current, mergeLeads(group.members.map(({ data }) => data.lead), settings.policy), policyFor(settings, group), via),
    })),
  });
  return { updated: ends.filter((end) => end === 'updated').length };
}

async function makeCompanies(
  deps: ActivityDeps,
  run: RunInput,
  entries: readonly { choice: NewCompany; groups: readonly PersonGroup[] }[],
  connection: string,
): Promise<readonly { choice: NewCompany; id: string }[]> {
  const ends = await createRecords(deps, run, {
    connection,
    object: 'company',
    step: 'company',
    creates: entries.map(({ choice, groups }) => {
      const key = effectKey(run, groups[0]!.leader.deliveryId, 'company');
      const fields = Object.assign({}, ...groups.map(({ leader }) => leader.data.lead.company)) as Record<string, never>;
      return {
        key,
        summary: `create company ${choice.name}`,
        members: groups.flatMap(({ members }) => members.map(({ deliveryId }) => deliveryId)),
        record: companyInput(choice, recordId(key), fields),
      };
    }),
  });
  const made: { choice: NewCompany; id: string }[] = [];
  const links: CompanyLink[] = [];
  for (const [index, { choice, groups }] of entries.entries()) {
    const id = await idOf(deps, run, connection, ends[index]!);
    if (typeof id === 'string') {
      made.push({ choice, id });
      links.push(linkTo(choice, groups, id, ends[index]!.status === 'done' ? 'created' : 'existing'));
    } else if (id !== undefined) {
      await endMembers(deps, run, groups, { state: id.held ? 'held' : 'failed', code: id.code, reason: `The company ${choice.name}: ${id.message}` });
    }
  }
  await linkCompanies(deps, run, links);
  return made;
}

async function idOf(deps: ActivityDeps, run: RunInput, connection: string, end: CreateEnd<'company'>): Promise<string | { code: string; message: string; held: boolean } | undefined> {
  switch (end.status) {
    case 'done':
      return end.id;
    case 'exists':
      return end.trashed ? restoreCompany(deps, run, connection, end.id) : end.id;
    case 'rejected':
    case 'held':
      return { code: end.code, message: end.message, held: end.status === 'held' };
  }
}

interface CompanyLink {
  readonly groups: readonly PersonGroup[];
  readonly company: NonNullable<FormItem['company']>;
}

function linkTo(choice: NewCompany, groups: readonly PersonGroup[], id: string, how: 'existing' | 'created'): CompanyLink {
  return { groups, company: { id, how, via: 'domain', differs: choice.differsFromEmailDomain } };
}

function linkCompanies(deps: ActivityDeps, run: RunInput, links: readonly CompanyLink[]): Promise<void> {
  return patchItems(deps.database, run, links.flatMap(({ groups, company }) =>
    groups.flatMap(({ members }) => members.map(({ deliveryId }) => ({ deliveryId, data: { company } })))));
}

async function lock(deps: ActivityDeps, holder: string, keys: readonly string[]): Promise<readonly NaturalKey[]> {
  for (let tries = 0; tries < LOCK_TRIES; tries += 1) {
    const locked = await lockNaturalKeys(deps.database, holder, keys, LOCK_MS);
    if (locked !== undefined) return locked;
    Context.current().heartbeat();
    await sleep(200);
  }
  throw ApplicationFailure.retryable('another run is making the same company just now', 'Busy');
}

/** A company that another run made after this run had searched. */
function madeSince(known: readonly NaturalKey[], keys: readonly string[], searchedAtMs: number): string | undefined {
  const sinceMs = Date.now() - searchedAtMs + MARGIN_MS;
  return known.find(({ key, outsideId, settledMsAgo }) => keys.includes(key) && outsideId !== undefined && (settledMsAgo ?? Infinity) < sinceMs)?.outsideId;
}

function scoped(connection: string, keys: readonly string[]): readonly string[] {
  return keys.map((key) => `${connection}/company/${key}`);
}
