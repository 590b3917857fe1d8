import type { CallContext, RelatedRecord } from '../../connectors/twenty/index.ts';
import type { Behaviour } from '../../workflows/lead-scoring/contract.ts';
import { memoryMs } from '../../workflows/lead-scoring/behaviour.ts';
import type { LeadScoringSettings } from '../../workflows/lead-scoring/settings.ts';
import type { ActivityDeps } from '../deps.ts';

/** Meetings and e-mails of these people, by person, where the model counts them: one call more for each kind. */
export async function actsOf(deps: ActivityDeps, { twenty, model }: LeadScoringSettings, people: readonly RelatedRecord[], context: CallContext): Promise<ReadonlyMap<string, readonly Behaviour[]>> {
  const ids = people.map(({ id }) => id);
  const { acts } = deps.twenty(twenty);
  const since = (rule: { readonly halfLifeDays: number }): Date => new Date(Date.now() - memoryMs(rule));
  const meetings = model.meetings === undefined || ids.length === 0 ? [] : await acts.meetingsOf(ids, since(model.meetings), context);
  const replies = model.replies === undefined || ids.length === 0 ? [] : await acts.emailsFrom(ids, since(model.replies), context);
  const all = [
    ...meetings.map(({ personId, atMs }) => ({ personId, act: { kind: 'meeting', atMs } as const })),
    ...replies.map(({ personId, atMs }) => ({ personId, act: { kind: 'reply', atMs } as const })),
  ];
  return new Map([...Map.groupBy(all, ({ personId }) => personId)].map(([personId, found]) => [personId, found.map(({ act }) => act)]));
}
