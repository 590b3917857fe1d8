import type { RunInput } from '../../domain/run.ts';
import { finishEffects, freezeEffects } from '../../store/effects.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection } from '../runtime/step.ts';
import { effectKey, type PersonGroup } from './form-item.ts';

/** Brings a company back from the trash whose domain is needed again. Answers its id. */
export async function restoreCompany(deps: ActivityDeps, run: RunInput, connection: string, id: string): Promise<string> {
  await onConnection(deps, run, connection, (context) => deps.twenty(connection).restore('company', id, context));
  return id;
}

/** Brings people back from the trash, one call each; it is rare. Answers those that were there to be brought back. */
export async function restorePeople(
  deps: ActivityDeps,
  run: RunInput,
  connection: string,
  people: readonly { readonly group: PersonGroup; readonly id: string }[],
): Promise<readonly { readonly group: PersonGroup; readonly id: string }[]> {
  const restored = [];
  for (const person of people) {
    const key = effectKey(run, person.group.leader.deliveryId, 'person-restore');
    const members = person.group.members.map(({ deliveryId }) => deliveryId);
    const effect = { key, step: 'person restore', target: connection, summary: 'bring the person back from the trash', members, request: { restore: 'person', id: person.id } };
    await freezeEffects(deps.database, run, run.integration, [effect], run.dryRun);
    const there = run.dryRun || (await onConnection(deps, run, connection, (context) => deps.twenty(connection).restore('person', person.id, context)));
    if (there) restored.push(person);
    if (!run.dryRun) {
      await finishEffects(deps.database, run, [there ? { key, state: 'done', outsideId: person.id } : { key, state: 'rejected', code: 'gone', reason: 'The person was destroyed meanwhile.' }]);
    }
  }
  return restored;
}
