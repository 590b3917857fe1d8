import { z } from 'zod';
import type { Meeting, Participant } from '../../domain/meeting.ts';

/** Something that was said of a meeting, and when it was so, milliseconds since 1970. */
export interface Dated<T> {
  readonly value: T;
  readonly atMs: number;
}

/** All that is known of a meeting, each part with its age: events may come in any order. Participants stand in the order of their keys. */
export type KnownMeeting = { readonly [K in Exclude<keyof Meeting, 'participants'>]?: Dated<NonNullable<Meeting[K]>> } & { readonly participants?: readonly Dated<Participant>[] };

/** A record of Twenty that a note is linked to. */
export interface Linked {
  readonly id: string;
  /** What people call it. */
  readonly name: string;
}

/** Whom and what of a meeting there is in Twenty. */
export interface Found {
  /** Contacts who took part; of ours nobody. */
  readonly people: readonly (Linked & { readonly email: string })[];
  readonly companies: readonly Linked[];
  readonly opportunity?: Linked;
  /** Our own people who took part. */
  readonly staff: readonly Participant[];
  /** Others who took part and are not in Twenty. */
  readonly unknown: readonly (Participant & { readonly companyId?: string })[];
  /** Others whose record lies in the trash of Twenty: they are left alone. */
  readonly trashed: readonly Participant[];
  /** Addresses that must not be written to. */
  readonly optedOut: readonly string[];
}

/** An open opportunity that a meeting may be about, as a function in the configuration sees it. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly stage: string | undefined;
  readonly companyId: string | undefined;
  readonly pointOfContactId: string | undefined;
  /** ISO 8601 instants. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closeDate: string | undefined;
}

/** What a function in the configuration may make of a transcript. */
export const Summarised = z.object({
  summary: z.string({ error: 'summary is not a text' }).optional(),
  /** A text, a list of texts or of `{ text, assignee, dueOn }`. */
  actionItems: z.unknown(),
});
