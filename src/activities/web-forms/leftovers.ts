import type { RunInput } from '../../domain/run.ts';
import { type EffectEnd, effectsOf, finishEffects, type FrozenEffect } from '../../store/effects.ts';
import type { ActivityDeps } from '../deps.ts';
import type { FormMember } from './form-item.ts';

interface Request {
  /** Of an update. */
  readonly id?: string;
  /** Of a create. */
  readonly record?: { readonly id: string };
}

const STEPS = ['company', 'company update', 'person update'] as const;

/**
 * A run that was lost may have left effects open whose outcome nobody heard. The run that took over looked at the records
 * themselves and found nothing left to do, so that it never came to these effects: this notes how they ended.
 */
export async function closeLeftovers(deps: ActivityDeps, run: RunInput, items: readonly FormMember[]): Promise<void> {
  const again = items.filter(({ data }) => data.again);
  if (again.length === 0 || run.dryRun) return;
  const ids = again.map(({ deliveryId }) => deliveryId);
  const left = (await Promise.all(STEPS.map((step) => effectsOf<Request>(deps.database, ids, step)))).flat().filter(({ state }) => state === 'attempting');
  const companies = new Set(again.flatMap(({ data: { company, person } }) => company?.id ?? person?.companyId ?? []));
  await finishEffects(deps.database, run, left.map((effect) => endOf(effect, companies)));
}

function endOf({ key, request: { id, record } }: FrozenEffect<Request>, companies: ReadonlySet<string>): EffectEnd {
  if (record === undefined) return { key, state: 'done', outsideId: id };
  if (companies.has(record.id)) return { key, state: 'done', outsideId: record.id };
  return { key, state: 'rejected', code: 'exists', reason: 'Another company is the one that was meant; that one is used.' };
}
