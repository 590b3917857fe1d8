import type { EnrolEnd, SequenceLead } from '../../connectors/sequencer.ts';
import type { Outcome } from '../../domain/delivery.ts';
import { personName } from '../../domain/record-words.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import type { ItemPatch } from '../../store/items.ts';
import { dropEnrolments, noteStates } from '../../store/sequences.ts';
import { rankOf } from '../../workflows/email-sequences/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd, membersOfGroup } from '../records/record-groups.ts';
import type { ToolChange, ToolEnd } from '../tools/carry-out.ts';
import { carryOutTogether, type PartEnd } from '../tools/carry-out-together.ts';
import { candidateOf, ENROL_STEP, enrolKey, loadPeople, type PersonGroup, type PersonItem, sequencesOf } from './sequence-item.ts';

interface EnrolRequest {
  readonly sequence: string;
  readonly lead: SequenceLead;
}

/** Enrols the chosen people, as many with one request as the tool takes, sequence by sequence; whom it refuses ends here with its reason. */
export async function enrolLeads(deps: ActivityDeps, run: RunInput): Promise<{ enrolled: number }> {
  const { settings } = sequencesOf(deps, run);
  const tool = deps.tool('sequencer', settings.tool);
  const groups = (await loadPeople(deps, run)).filter(({ leader }) => leader.data.sequence !== undefined);
  let enrolled = 0;
  for (const [sequence, own] of Map.groupBy(groups, ({ leader }) => leader.data.sequence!)) {
    const ends = await carryOutTogether<EnrolRequest, 'enrolled' | 'already'>(deps, run, {
      connection: settings.tool, step: ENROL_STEP, atOnce: tool.atOnce, changes: own.map((group) => changeOf(run, group)),
      send: async (requests, context) => (await tool.enrol(sequence, requests.map(({ lead }) => lead), context)).map(partEnd),
      ...(tool.lookUp === undefined ? {} : {
        lookUp: async (requests: readonly EnrolRequest[], context) =>
          (await tool.lookUp!(sequence, requests.map(({ lead }) => lead), context)).map((finding) =>
            (typeof finding === 'string' ? finding : { answer: 'enrolled' as const, ...(finding.leadId === undefined ? {} : { outsideId: finding.leadId }) })),
      }),
    }, (some, first) => some.flatMap((end, index) => patchOf(own[first + index]!, end)));
    await keep(deps, run, own, ends);
    enrolled += ends.filter(({ status }) => status === 'done' || status === 'planned').length;
  }
  return { enrolled };
}

function changeOf(run: RunInput, group: PersonGroup): ToolChange<EnrolRequest> {
  const { sequence, name, lead } = group.leader.data;
  return {
    key: enrolKey(run, group.recordId, sequence!, ENROL_STEP), members: membersOfGroup(group), forever: true,
    summary: `enrol ${personName(candidateOf(group).person)} in “${name!}”`, request: { sequence: sequence!, lead: lead! },
  };
}

function partEnd(end: EnrolEnd): PartEnd<'enrolled' | 'already'> {
  switch (end.status) {
    case 'enrolled':
    case 'already':
      return { status: 'done', answer: end.status, ...(end.leadId === undefined ? {} : { outsideId: end.leadId }) };
    case 'skipped':
      return { status: 'rejected', code: end.code, message: end.message };
    case 'full':
      return { status: 'rejected', code: 'plan_full', message: end.message };
    case 'refused':
      return { status: 'rejected', code: 'tool_rejected', message: end.message };
  }
}

function patchOf({ leader }: PersonGroup, end: ToolEnd<'enrolled' | 'already'>): readonly ItemPatch[] {
  if (end.status !== 'done' && end.status !== 'planned') return [];
  const enrolled = end.status === 'done' ? (end.answer ?? 'enrolled') : 'enrolled';
  return [{ deliveryId: leader.deliveryId, data: { enrolled } satisfies Partial<PersonItem> }];
}

/** Notes who is in the sequence now, and ends those who are not. */
async function keep(deps: ActivityDeps, run: RunInput, groups: readonly PersonGroup[], ends: readonly ToolEnd<'enrolled' | 'already'>[]): Promise<void> {
  if (run.dryRun) return;
  const paired = groups.map((group, index) => ({ group, end: ends[index]! }));
  await noteStates(deps.database, run, run.integration, paired.flatMap(({ group: { recordId, leader: { data } }, end }) =>
    (end.status === 'done'
      ? [{ personId: recordId, sequence: data.sequence!, name: data.name!, email: data.lead!.email, state: 'enrolled', rank: rankOf('enrolled'), ...(end.outsideId === undefined ? {} : { leadId: end.outsideId }) }]
      : [])));
  await dropEnrolments(deps.database, run, run.integration, paired.flatMap(({ group: { recordId, leader }, end }) => (end.status === 'rejected' ? [{ personId: recordId, sequence: leader.data.sequence! }] : [])));
  await endGroups(deps, run, paired.flatMap(({ group, end }): GroupEnd<PersonItem>[] => {
    if (end.status === 'done' || end.status === 'planned') return [];
    const outcome = outcomeOf(group, end);
    return [{ group, outcome, ...(outcome.state === 'skipped' ? { inputs: group.leader.data.inputs } : {}) }];
  }));
}

function outcomeOf({ leader: { data } }: PersonGroup, { status, code, message }: Extract<ToolEnd<unknown>, { readonly code: string }>): Outcome {
  const said = normalised(message);
  if (status === 'unknown') {
    return { state: 'held', code: 'enrolment_unknown', reason: `Nobody can say whether ${data.lead?.email ?? 'the person'} was enrolled in “${data.name ?? ''}”: the answer was lost, and the tool cannot be asked. Look it up in the sequence tool; if the person is not there, retry.` };
  }
  if (code === 'plan_full') return { state: 'waiting', code, reason: said, waitingFor: 'credits' };
  if (code === 'tool_rejected') return { state: 'failed', code, reason: `The sequence tool refused the person: ${said}` };
  return { state: 'skipped', code, reason: said };
}
