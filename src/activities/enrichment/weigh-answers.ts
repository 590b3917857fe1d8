import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import { oweTasks } from '../../store/enrichment.ts';
import { type NewSignal, oweSignals } from '../../store/enrichment-signals.ts';
import { type ItemPatch, patchItems } from '../../store/items.ts';
import { type Enriched, Reasons, type Signal, Signals } from '../../workflows/enrichment/contract.ts';
import { highValueReasons } from '../../workflows/enrichment/high-value.ts';
import { unansweredOutcome } from '../../workflows/enrichment/rules.ts';
import type { EnrichmentSettings } from '../../workflows/enrichment/settings.ts';
import { buyingSignals } from '../../workflows/enrichment/signals.ts';
import type { ActivityDeps } from '../deps.ts';
import { endGroups, type GroupEnd } from '../records/record-groups.ts';
import { type EnrichGroup, type EnrichItem, enrichmentOf, loadSubjects } from './enrich-item.ts';
import { dueSignals, dueTasks } from './owed.ts';

export interface Weighed {
  /** Records that the providers know something of. */
  readonly toWrite: number;
  /** Records that somebody is to call. */
  readonly tasks: number;
  /** Records with buying signals that nobody has been told of. */
  readonly signals: number;
}

/**
 * Says what is to be done about the answers. What somebody is to be told is kept before anything is written: whatever happens after, it
 * is owed until it has been told. Records that nobody has answered about end here.
 */
export async function weighAnswers(deps: ActivityDeps, run: RunInput): Promise<Weighed> {
  const { settings } = enrichmentOf(deps, run);
  const nowMs = Date.now();
  const groups = await loadSubjects(deps, run);
  await endGroups(deps, run, groups.flatMap((group) => endOf(group, settings, nowMs)));

  const patches: ItemPatch[] = [];
  const words = new Map<string, string>();
  const signals: NewSignal[] = [];
  const answered = groups.filter(({ leader: { data } }) => data.profile !== undefined);
  for (const group of answered) {
    const { recordId, leader } = group;
    const enriched = enrichedOf(group);
    const value = await asked(() => reasonsFor(enriched, settings), 'highValue.when');
    const found = await asked(() => signalsFor(enriched, settings, nowMs), 'signals.when');
    if (value.result.length > 0) words.set(recordId, value.result.map(normalised).join('\n'));
    const own = found.result.map(({ name, words: said }) => ({ recordId, signal: normalised(name), words: normalised(said) }));
    signals.push(...own);
    const plan = run.dryRun ? { wouldTask: words.get(recordId), wouldTell: own } : {};
    patches.push({ deliveryId: leader.deliveryId, data: { enrichedAt: new Date(nowMs).toISOString(), remarks: [...value.remarks, ...found.remarks], ...plan } satisfies Partial<EnrichItem> });
  }
  await patchItems(deps.database, run, patches);
  if (!run.dryRun) {
    await oweTasks(deps.database, run, run.integration, words);
    await oweSignals(deps.database, run, run.integration, signals);
  }
  return { toWrite: answered.length, tasks: (await dueTasks(deps, run)).length, signals: (await dueSignals(deps, run)).length };
}

/** What the functions of the configuration are asked about. */
export function enrichedOf({ recordId, leader: { data } }: EnrichGroup): Enriched {
  return { record: data.record ?? { id: recordId }, company: data.company, profile: data.profile ?? {} };
}

function endOf(group: EnrichGroup, { object, noMatchDays }: EnrichmentSettings, nowMs: number): readonly GroupEnd[] {
  const { owedOnly, profile, misses = [], unasked = [], wouldAsk, inputs } = group.leader.data;
  if (owedOnly === true || profile !== undefined || wouldAsk !== undefined) return [];
  const outcome = unansweredOutcome({ misses, unasked, noun: object, noMatchDays }, nowMs);
  return [{ group, outcome, inputs }];
}

async function reasonsFor(enriched: Enriched, { highValue }: EnrichmentSettings): Promise<readonly string[]> {
  if (highValue === undefined) return [];
  return highValue.when === undefined ? highValueReasons(enriched, highValue) : Reasons.parse(await highValue.when(enriched));
}

async function signalsFor(enriched: Enriched, { signals }: EnrichmentSettings, nowMs: number): Promise<readonly Signal[]> {
  if (signals === undefined) return [];
  return signals.when === undefined ? buyingSignals(enriched, signals, nowMs) : Signals.parse(await signals.when(enriched, nowMs));
}

/** A function of the configuration that fails keeps nothing from being written: it is told of beside the outcome. */
async function asked<T>(ask: () => Promise<readonly T[]>, name: string): Promise<{ readonly result: readonly T[]; readonly remarks: readonly string[] }> {
  try {
    return { result: await ask(), remarks: [] };
  } catch (error) {
    const problem = error instanceof Error && 'issues' in error ? (error.issues as readonly { readonly message: string }[])[0]!.message : (error as Error).message;
    return { result: [], remarks: [normalised(`the function ${name} in the configuration failed: ${problem}`)] };
  }
}
