import type { Outcome } from '../../domain/delivery.ts';
import { instantOf } from '../../domain/record-values.ts';
import type { Unasked } from './contract.ts';

const DAY_MS = 86_400_000;
/** A provider that said nothing of when to come back is asked again after this. */
const ASK_AGAIN_MS = 600_000;

/** When a record was last enriched, as Twenty has it and as Sluice knows it. */
export interface LastEnriched {
  /** The value of the field in Twenty. */
  readonly inTwenty: unknown;
  readonly known: Date | undefined;
}

/** Whether a record needs no enriching. By hand, an emptied field in Twenty asks for it anew. */
export function isFresh({ inTwenty, known }: LastEnriched, freshDays: number, isByHand: boolean, nowMs: number): boolean {
  const seenMs = instantOf(inTwenty) ?? (isByHand ? undefined : known?.getTime());
  return seenMs !== undefined && nowMs - seenMs < freshDays * DAY_MS;
}

/** How a record stands with the providers when none of them has answered. */
export interface Unanswered {
  /** Who knows nothing of it. */
  readonly misses: readonly string[];
  readonly unasked: readonly Unasked[];
  /** “person”. */
  readonly noun: string;
  readonly noMatchDays: number;
}

/**
 * How a record ends that nobody has answered about. As long as one of the providers could still know it, it waits for that one; it
 * fails only when every provider that was asked refused the question.
 */
export function unansweredOutcome({ misses, unasked, noun, noMatchDays }: Unanswered, nowMs: number): Outcome {
  const waits = unasked.filter(({ why }) => why !== 'refused');
  const refusals = unasked.filter(({ why }) => why === 'refused');
  const soonest = waits.toSorted((a, b) => (a.untilMs ?? nowMs + ASK_AGAIN_MS) - (b.untilMs ?? nowMs + ASK_AGAIN_MS))[0];
  if (soonest !== undefined) {
    const reason = [...waits.map(({ words }) => words), ...(misses.length === 0 ? [] : [`${list(misses)} ${misses.length === 1 ? 'does' : 'do'} not know this ${noun}`])].join('; ');
    return { state: 'waiting', ...WAITS[soonest.why as Exclude<Unasked['why'], 'refused'>], reason: `${reason}. It goes on by itself.`, untilMs: Math.max(soonest.untilMs ?? nowMs + ASK_AGAIN_MS, nowMs + 1_000) };
  }
  const remarks = refusals.map(({ words }) => words).join('; ');
  if (misses.length > 0) {
    return { state: 'skipped', code: 'no_match', reason: `${list(misses)} ${misses.length === 1 ? 'does' : 'do'} not know this ${noun}${remarks === '' ? '' : `; ${remarks}`}. Asked again after ${String(noMatchDays)} days at the earliest.` };
  }
  if (refusals.length > 0) return { state: 'failed', code: 'provider_refused', reason: `${remarks}. Correct the record or the configuration, then retry.` };
  return { state: 'skipped', code: 'too_little', reason: `The ${noun} says too little to be asked about: ${noun === 'person' ? 'it takes an e-mail address, a LinkedIn profile, or a full name with a company' : 'it takes a domain, a LinkedIn page or a name'}.` };
}

const WAITS = {
  credits: { code: 'no_credits', waitingFor: 'credits' },
  credential: { code: 'bad_credential', waitingFor: 'credential' },
  away: { code: 'provider_away', waitingFor: 'service' },
} as const;

/** “A”, “A and B”, “A, B and C”. */
export function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
