import { z } from 'zod';

/** A record as Twenty returns it; fields under Twenty's own names. */
export type TwentyRecordView = Readonly<Record<string, unknown>> & { readonly id: string };

/** A deal that is to be billed, as it stood when it was read. */
export interface Deal {
  readonly opportunity: TwentyRecordView;
  /** Unless it lies in the trash. */
  readonly company?: TwentyRecordView;
  /** The point of contact, unless it lies in the trash. */
  readonly contact?: TwentyRecordView;
}

/** A line of an invoice as a function of the configuration may return it. */
export type DealLine = z.input<typeof DealLine>;
export const DealLine = z.object({
  description: z.string({ error: 'a description is not a text' }).trim().min(1, { error: 'a description is empty' }),
  /** Whole millionths of the unit, as Twenty's amounts are: 10.50 is 10500000. Below zero it is a reduction. */
  amountMicros: z.union([z.number().int(), z.string().regex(/^-?\d{1,18}$/)], { error: 'amountMicros is not a whole number' }),
});

/** Exactly what is billed, frozen before anything is made of it. Amounts are texts of whole millionths. */
export interface InvoicePlan {
  /** `company:<id>` or `person:<id>`. */
  readonly party: string;
  readonly name: string;
  readonly email: string;
  readonly address?: { readonly street1?: string; readonly street2?: string; readonly city?: string; readonly postcode?: string; readonly state?: string; readonly country?: string } | undefined;
  /** Three capital letters. */
  readonly currency: string;
  readonly lines: readonly { readonly description: string; readonly amountMicros: string }[];
  readonly totalMicros: string;
  readonly daysUntilDue: number;
  readonly memo?: string | undefined;
  readonly footer?: string | undefined;
}

/** Something that stands in the way of an invoice and that its owner can put right in Twenty. */
export interface Lack {
  readonly code: 'customer' | 'email' | 'amount' | 'currency' | 'precision';
  /** “an amount”, for a sentence that says what is missing. */
  readonly words: string;
}
