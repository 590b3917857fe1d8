import { z } from 'zod';

/** What a start by hand may say beside its request id: another view or another name than the configured one. */
export type NewsletterStart = z.output<typeof NewsletterStart>;
export const NewsletterStart = z.strictObject({
  view: z.string({ error: 'is not a text' }).trim().min(1, { error: 'is empty' }).optional(),
  name: z.string({ error: 'is not a text' }).trim().min(1, { error: 'is empty' }).max(200, { error: 'is longer than 200 characters' }).optional(),
});

/** What the functions of a mailing are told. */
export interface MailingContext {
  readonly name: string;
  /** `2026-01-31`. */
  readonly day: string;
  readonly view: string;
  /** How many people it is about to go to. */
  readonly people: number;
}

/** What a person's record means for a newsletter, before their address has been compared with others. */
export interface Reader {
  readonly state: 'listed' | 'no_address' | 'invalid' | 'opted_out';
  /** In lower case; of an invalid one what stands in the record. */
  readonly email: string | undefined;
  readonly says: string | undefined;
}

/** How many people ended how. */
export interface Tally {
  /** Everybody whom the view shows. */
  readonly selected: number;
  readonly onList: number;
  readonly noAddress: number;
  readonly invalid: number;
  readonly duplicate: number;
  readonly optedOut: number;
  readonly unsubscribed: number;
  readonly refused: number;
}

/** How the campaign record in Twenty stands; the options of its field. */
export type CampaignStatus = 'ADDING' | 'ADDED' | 'DRAFTED' | 'SENT' | 'FAILED';
