import type { RunInput } from '../../domain/run.ts';
import { keptAnswers } from '../../store/enrichment.ts';
import { type ItemPatch, patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { type EnrichGroup, type EnrichItem, enrichmentOf, loadSubjects } from './enrich-item.ts';
import { providerOf, whyNotAsk } from './providers.ts';

/**
 * Decides which records a provider is asked about: those that nobody has answered yet, as far as they say enough. What has been
 * answered before is used again, without a request. The requests are laid out here, once, so that every attempt makes the same.
 * Answers how many there are.
 */
export async function planAsking(deps: ActivityDeps, run: RunInput, index: number): Promise<{ requests: number; records: number }> {
  const { settings } = enrichmentOf(deps, run);
  const provider = providerOf(deps, settings, index);
  const groups = await loadSubjects(deps, run);
  const open = groups.filter((group) => isOpen(group, settings.outOfCredits) && provider.lookup.canAsk(group.leader.data.question!));
  const kept = await keptAnswers(deps.database, provider.connection, open.map(hashOf), { found: settings.freshDays, none: settings.noMatchDays });
  // Two records that ask the same are one question.
  const questions = Map.groupBy(open.filter((group) => !kept.has(hashOf(group))), hashOf);
  const isByHand = groups.some(({ members }) => members.some(({ data }) => data.action === undefined));
  const pause = questions.size === 0 || run.dryRun ? undefined : await whyNotAsk(deps, provider, isByHand);
  const chunks = new Map([...questions.keys()].map((hash, place) => [hash, Math.floor(place / provider.lookup.atOnce)]));
  const news = (group: EnrichGroup): Partial<EnrichItem> => {
    const { questionHash = '', unasked = [] } = group.leader.data;
    if (!open.includes(group)) return {};
    const answer = kept.get(questionHash);
    if (answer !== undefined) return answer.profile === undefined ? { misses: missesOf(group, provider.service) } : { provider: provider.connection, service: provider.service, profile: answer.profile };
    return pause === undefined ? { chunk: chunks.get(questionHash)! } : { unasked: [...unasked, pause] };
  };
  await patchItems(deps.database, run, groups.map((group): ItemPatch => ({ deliveryId: group.leader.deliveryId, data: { chunk: null, ...news(group) } satisfies Partial<EnrichItem> })));
  const asked = pause === undefined ? [...questions.values()].flat().length : 0;
  return { requests: asked === 0 ? 0 : Math.ceil(questions.size / provider.lookup.atOnce), records: asked };
}

/** Nobody has answered about it, and it does not wait for a provider further ahead. */
function isOpen({ leader: { data } }: EnrichGroup, outOfCredits: 'ask-others' | 'wait'): boolean {
  if (data.owedOnly === true || data.profile !== undefined || data.questionHash === undefined) return false;
  return outOfCredits === 'ask-others' || !(data.unasked ?? []).some(({ why }) => why === 'credits');
}

export function missesOf({ leader: { data } }: EnrichGroup, service: string): readonly string[] {
  return [...new Set([...(data.misses ?? []), service])];
}

function hashOf({ leader: { data } }: EnrichGroup): string {
  return data.questionHash!;
}
