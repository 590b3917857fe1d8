import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import { settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import type { PersonGroup } from './form-item.ts';

/** Ends the submissions of these groups at once; they leave the flow and the others go on. */
export async function endMembers(deps: ActivityDeps, run: RunInput, groups: readonly PersonGroup[], outcome: Outcome): Promise<void> {
  if (groups.length === 0) return;
  const end = outcome.reason === undefined ? outcome : ({ ...outcome, reason: normalised(outcome.reason) } as Outcome);
  await settle(deps.database, run, groups.flatMap(({ members }) => members.map(({ deliveryId }) => ({ deliveryId, outcome: end }))));
}
