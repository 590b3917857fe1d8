import type { RunInput } from '../../domain/run.ts';
import { personInput, planPersonPatch } from '../../workflows/web-forms/plan.ts';
import { leadName, mergeLeads } from '../../workflows/web-forms/rules.ts';
import { effectsOf, finishEffects } from '../../store/effects.ts';
import { type ItemPatch, patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { type CreateEnd, createRecords, recordId } from '../twenty/create-records.ts';
import { updateRecords } from '../twenty/update-records.ts';
import { endMembers } from './end-members.ts';
import { personFieldsOf } from './find.ts';
import { effectKey, type FormItem, formSettings, groupByEmail, loadForms, type PersonGroup } from './form-item.ts';
import { policyFor } from './policy.ts';
import { restorePeople } from './trash.ts';

const STEP = 'person';

export interface CreatedPeople {
  readonly created: number;
  /** People found after all, or brought back, whose record may have to be completed. */
  readonly toUpdate: number;
}

/** Makes the people that nobody has, linked to their company. Submissions of one address make one person. */
export async function createPeople(deps: ActivityDeps, run: RunInput): Promise<CreatedPeople> {
  const settings = formSettings(deps, run);
  const groups = groupByEmail(await loadForms(deps, run));
  const keys = await keysOf(deps, run, groups);
  const restored = await applyTrashPolicy(deps, run, groups.flatMap((group) => {
    const { person } = group.leader.data;
    return person?.how === 'trashed' ? [{ group, id: person.id }] : [];
  }));

  const missing = groups.filter(({ leader }) => leader.data.person === undefined);
  const ends = await createRecords(deps, run, {
    connection: settings.twenty,
    object: 'person',
    step: STEP,
    creates: missing.map((group) => {
      const lead = mergeLeads(group.members.map(({ data }) => data.lead), settings.policy);
      const key = keys.get(group)!;
      return {
        key,
        summary: `create person ${leadName(lead)}`,
        members: group.members.map(({ deliveryId }) => deliveryId),
        record: personInput(lead, recordId(key), group.leader.data.company?.id),
      };
    }),
  }, (all) => patchesOf(missing.flatMap((group, index) => changeBy(group, all[index]!))));
  const found: PersonGroup[] = [];
  const trashed: { group: PersonGroup; id: string }[] = [];
  const made: PersonGroup[] = [];
  for (const [index, group] of missing.entries()) {
    const end = ends[index]!;
    if (end.status === 'rejected' || end.status === 'held') {
      await endMembers(deps, run, [group], { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: end.message });
    }
    if (end.status === 'done') made.push(group);
    if (end.status === 'exists') {
      if (end.trashed) trashed.push({ group, id: end.id });
      else found.push(group);
    }
  }
  const back = await applyTrashPolicy(deps, run, trashed);
  return { created: made.length, toUpdate: found.length + restored + back };
}

/** Completes people who exist: blanks are filled, other fields by the policy, the company linked where none is. */
export async function updatePeople(deps: ActivityDeps, run: RunInput): Promise<{ updated: number; gone: number }> {
  const settings = formSettings(deps, run);
  const groups = groupByEmail(await loadForms(deps, run)).filter(({ leader: { data } }) =>
    data.person !== undefined && data.person.how === 'found' && (data.person.incomplete === true || (data.company !== undefined && data.company.id !== data.person.companyId)));
  const ends = await updateRecords(deps, run, {
    connection: settings.twenty,
    object: 'person',
    step: 'person update',
    fields: personFieldsOf(groups),
    updates: groups.map((group) => {
      const lead = mergeLeads(group.members.map(({ data }) => data.lead), settings.policy);
      return {
        key: effectKey(run, group.leader.deliveryId, 'person-update'),
        summary: `complete person ${leadName(lead)}`,
        members: group.members.map(({ deliveryId }) => deliveryId),
        id: group.leader.data.person!.id,
        plan: (current) => planPersonPatch(current, lead, policyFor(settings, group), group.leader.data.company?.id),
      };
    }),
  });
  const withEnd = groups.map((group, index) => ({ group, end: ends[index]! }));
  const gone = withEnd.filter(({ end }) => end === 'gone').map(({ group }) => group);
  await endMembers(deps, run, gone, { state: 'skipped', code: 'deleted', reason: 'The person was deleted in Twenty while this form was worked off; it stays deleted.' });
  for (const { group, end } of withEnd) {
    if (typeof end === 'object') await endMembers(deps, run, [group], { state: end.held ? 'held' : 'failed', code: end.code, reason: end.message });
  }
  const updated = withEnd.filter(({ end }) => end === 'updated').map(({ group }) => group);
  await patchPerson(deps, run, updated, { changed: true, incomplete: false });
  return { updated: updated.length, gone: gone.length };
}

/**
 * The keys of the creates. A set that forms again keeps the key of a create that was begun; one that turns out to have been
 * carried out is noted as done, so that nothing stays open in the ledger.
 */
async function keysOf(deps: ActivityDeps, run: RunInput, groups: readonly PersonGroup[]): Promise<ReadonlyMap<PersonGroup, string>> {
  const keys = new Map(groups.map((group) => [group, effectKey(run, group.leader.deliveryId, STEP)]));
  const again = groups.filter(({ members }) => members.some(({ data }) => data.again));
  const begun = await effectsOf(deps.database, again.flatMap(({ members }) => members.map(({ deliveryId }) => deliveryId)), STEP);
  for (const effect of begun) {
    const group = again.find(({ members }) => members.some(({ deliveryId }) => effect.members.includes(deliveryId)));
    if (group === undefined) continue;
    keys.set(group, effect.key);
    const { person } = group.leader.data;
    if (person === undefined || effect.state === 'done' || effect.state === 'planned') continue;
    const ours = person.id === recordId(effect.key);
    await finishEffects(deps.database, run, [
      ours
        ? { key: effect.key, state: 'done', outsideId: person.id }
        : { key: effect.key, state: 'rejected', outsideId: person.id, code: 'exists', reason: 'Another record holds the address; that one is used.' },
    ]);
    if (ours) await patchPerson(deps, run, [group], { how: 'created' });
  }
  return keys;
}

/** Answers how many people are to be completed afterwards. */
async function applyTrashPolicy(deps: ActivityDeps, run: RunInput, people: readonly { group: PersonGroup; id: string }[]): Promise<number> {
  const settings = formSettings(deps, run);
  if (people.length === 0 || settings.trash === 'task') return 0;
  if (settings.trash === 'skip') {
    const reason = 'The person with this address is in the trash of Twenty and is left there.';
    await endMembers(deps, run, people.map(({ group }) => group), { state: 'skipped', code: 'in_trash', reason });
    return 0;
  }
  const restored = await restorePeople(deps, run, settings.twenty, people);
  for (const { group, id } of restored) await patchPerson(deps, run, [group], { id, how: 'found', incomplete: true });
  const destroyed = people.filter((person) => !restored.includes(person)).map(({ group }) => group);
  await endMembers(deps, run, destroyed, { state: 'skipped', code: 'deleted', reason: 'The person was destroyed in Twenty while this form was worked off.' });
  return restored.length;
}

interface PersonChange {
  readonly group: PersonGroup;
  readonly change: Partial<NonNullable<FormItem['person']>>;
}

function changeBy(group: PersonGroup, end: CreateEnd<'person'>): readonly PersonChange[] {
  switch (end.status) {
    case 'done':
      return [{ group, change: { id: end.id, how: 'created', companyId: group.leader.data.company?.id } }];
    case 'exists':
      return [{ group, change: { id: end.id, how: end.trashed ? 'trashed' : 'found', companyId: end.record.companyId, incomplete: true } }];
    case 'rejected':
    case 'held':
      return [];
  }
}

function patchPerson(deps: ActivityDeps, run: RunInput, groups: readonly PersonGroup[], change: PersonChange['change']): Promise<void> {
  return patchItems(deps.database, run, patchesOf(groups.map((group) => ({ group, change }))));
}

function patchesOf(changes: readonly PersonChange[]): readonly ItemPatch[] {
  return changes.flatMap(({ group, change }) =>
    group.members.map(({ deliveryId, data }) => ({ deliveryId, data: { person: { ...data.person, ...change } } })));
}
