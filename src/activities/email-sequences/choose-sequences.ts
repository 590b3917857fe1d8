import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { isFilled } from '../../domain/record-values.ts';
import { normalised } from '../../domain/text.ts';
import { begunEffects } from '../../store/effects.ts';
import { type ItemPatch, patchItems } from '../../store/items.ts';
import { beginEnrolments, type Enrolment, enrolmentsOf } from '../../store/sequences.ts';
import type { Candidate } from '../../workflows/email-sequences/contract.ts';
import { readLead } from '../../workflows/email-sequences/lead.ts';
import { firstFit, mayEnrol } from '../../workflows/email-sequences/rules.ts';
import type { EmailSequencesSettings } from '../../workflows/email-sequences/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd } from '../records/record-groups.ts';
import { candidateOf, ENROL_STEP, enrolKey, loadPeople, nameOf, type PersonGroup, type PersonItem, sequencesOf } from './sequence-item.ts';

type Choice =
  | { readonly ok: true; readonly data: Required<Pick<PersonItem, 'sequence' | 'name' | 'lead'>> }
  /** `final`: the same inputs need no second look. */
  | { readonly ok: false; readonly outcome: Outcome; readonly final: boolean };

/**
 * Decides who goes into which sequence. What was decided is noted before anything is sent, so that news of it finds the person. An
 * enrolment that a lost run left half done is gone on with, whatever the rules say by now.
 */
export async function chooseSequences(deps: ActivityDeps, run: RunInput): Promise<{ chosen: number }> {
  const { settings } = sequencesOf(deps, run);
  const groups = (await loadPeople(deps, run)).filter(({ leader }) => leader.data.person !== undefined);
  const known = Map.groupBy(await enrolmentsOf(deps.database, run.integration, groups.map(({ recordId }) => recordId)), ({ personId }) => personId);
  const open = await unfinished(deps, run, [...known.values()].flat());

  const patches: ItemPatch[] = [];
  const begun: Pick<Enrolment, 'personId' | 'sequence' | 'name' | 'email'>[] = [];
  const ends: GroupEnd<PersonItem>[] = [];
  for (const group of groups) {
    const { recordId: personId, leader } = group;
    const choice = await choose(settings, group, known.get(personId) ?? [], open.get(personId));
    if (choice.ok) {
      const { sequence, name, lead } = choice.data;
      patches.push({ deliveryId: leader.deliveryId, data: choice.data });
      begun.push({ personId, sequence, name, email: lead.email });
    } else ends.push({ group, outcome: choice.outcome, ...(choice.final ? { inputs: leader.data.inputs } : {}) });
  }
  if (!run.dryRun) await beginEnrolments(deps.database, run, run.integration, begun);
  await patchItems(deps.database, run, patches);
  await endGroups(deps, run, ends);
  return { chosen: patches.length };
}

/** By person, the enrolment whose run did not come to its end; what was never sent to the tool is decided anew. */
async function unfinished(deps: ActivityDeps, run: RunInput, known: readonly Enrolment[]): Promise<ReadonlyMap<string, Enrolment>> {
  const open = known.filter(({ settled }) => !settled);
  const keyOf = ({ personId, sequence }: Enrolment): string => enrolKey(run, personId, sequence, ENROL_STEP);
  const sent = await begunEffects(deps.database, open.filter(({ state }) => state === 'begun').map(keyOf));
  return new Map(open.filter((one) => one.state !== 'begun' || sent.has(keyOf(one))).map((one) => [one.personId, one]));
}

async function choose(settings: EmailSequencesSettings, group: PersonGroup, known: readonly Enrolment[], open: Enrolment | undefined): Promise<Choice> {
  const candidate = candidateOf(group);
  const reading = readLead(candidate, settings);
  if (!reading.ok) return reading.code === 'variables_failed' ? failed(reading.code, reading.reason) : skipped(reading.code, reading.reason);
  if (open !== undefined) return chosen(open.sequence, open.name, reading.lead);

  const marked = markedAs(settings, candidate);
  if (marked !== undefined) return skipped(marked.code, marked.reason);
  const sequence = await sequenceFor(settings, candidate);
  if (typeof sequence === 'object') return failed('criteria_failed', normalised(sequence.problem));
  if (sequence === undefined) return skipped('no_match', 'The person meets the criteria of no sequence.');
  const may = mayEnrol(known, sequence, settings.another);
  return may.ok ? chosen(sequence, nameOf(settings, sequence), reading.lead) : skipped(may.code, may.reason, may.final);
}

/** What a field of the person says against mailing. */
function markedAs({ optedOut, bounced }: EmailSequencesSettings, { person }: Candidate): { readonly code: string; readonly reason: string } | undefined {
  const out = optedOut.find((field) => isFilled(person[field]));
  if (out !== undefined) return { code: 'opted_out', reason: `The person has opted out (${out}).` };
  const back = bounced.find((field) => isFilled(person[field]));
  return back === undefined ? undefined : { code: 'bounced', reason: `Mails to the person came back (${back}). Correct the address and clear the mark.` };
}

/** The sequence's id, undefined for none, or what went wrong in a function of the configuration. */
async function sequenceFor({ criteria, choose: function_, rules }: EmailSequencesSettings, candidate: Candidate): Promise<string | undefined | { readonly problem: string }> {
  try {
    if (criteria !== undefined && !(await criteria(candidate))) return undefined;
    if (function_ === undefined) return firstFit(rules, candidate)?.sequence;
    const sequence: unknown = await function_(candidate);
    if (sequence === undefined || sequence === null || sequence === '') return undefined;
    return typeof sequence === 'string' ? sequence : { problem: 'The choose function in the configuration answered something that is no text.' };
  } catch (error) {
    return { problem: `A function in the configuration failed: ${(error as Error).message}` };
  }
}

function chosen(sequence: string, name: string, lead: Required<PersonItem>['lead']): Choice {
  return { ok: true, data: { sequence, name, lead } };
}

function skipped(code: string, reason: string, final = true): Choice {
  return { ok: false, outcome: { state: 'skipped', code, reason }, final };
}

function failed(code: string, reason: string): Choice {
  return { ok: false, outcome: { state: 'failed', code, reason }, final: false };
}
