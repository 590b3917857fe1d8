import { z } from 'zod';
import type { Profile } from '../../domain/profile.ts';

/** A person or a company as Twenty returns it; fields under Twenty's own names. */
export type TwentyRecordView = Readonly<Record<string, unknown>> & { readonly id: string };

/** A record with what the providers know of it. */
export interface Enriched {
  readonly record: TwentyRecordView;
  /** The person's company in Twenty, unless it lies in the trash. */
  readonly company?: TwentyRecordView | undefined;
  readonly profile: Profile;
}

/** Something that speaks for calling now. */
export interface Signal {
  /** The same signal always has the same name, so that it is told of once: `funding 2026-03`. */
  readonly name: string;
  readonly words: string;
}

/** What may become of a field: blanks filled, replaced by what is known, or left alone. */
export type Policy = (typeof POLICIES)[number];

export const POLICIES = ['fill', 'overwrite', 'never'] as const;

/** A value for a field of Twenty, and what it may replace there. */
export interface Wanted {
  readonly field: string;
  readonly value: unknown;
  readonly policy: Policy;
}

/** Why a provider could not be asked about a record. */
export interface Unasked {
  readonly connection: string;
  readonly why: 'credits' | 'credential' | 'away' | 'refused';
  readonly words: string;
  /** Milliseconds since 1970: when it is worth asking again. */
  readonly untilMs?: number | undefined;
}

/** What a function of the configuration may answer: why a record is worth a call. */
export const Reasons = z.array(z.string({ error: 'a reason is not a text' }), { error: 'the answer is not a list of texts' });

/** What a function of the configuration may answer: the signals of a record. */
export const Signals = z.array(z.object({ name: z.string({ error: 'a name is not a text' }).min(1, { error: 'a name is empty' }), words: z.string({ error: 'words is not a text' }) }), { error: 'the answer is not a list of { name, words }' });
