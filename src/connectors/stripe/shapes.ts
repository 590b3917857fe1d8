import { z } from 'zod';
import type { Invoice } from '../invoicing.ts';

/** What is read of Stripe's objects (docs.stripe.com/api, version 2026-10-28.endive). */

export const metadata = z.record(z.string(), z.string()).nullish().transform((found) => found ?? {});

const text = z.string().nullish().transform((found) => found ?? undefined);

export const Made = z.object({ id: z.string().min(1) });

export const CustomerShape = z.object({ id: z.string().min(1), created: z.number(), deleted: z.boolean().optional(), metadata });

/** A status that Stripe adds some day must not be taken for one of these. */
export const statusShape = z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']);

export const InvoiceShape = z.object({
  id: z.string().min(1), status: statusShape, number: text, hosted_invoice_url: text, currency: z.string(), subtotal: z.number().int(), metadata,
});

export const ItemShape = z.object({ id: z.string().min(1), metadata });

export const pageOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), has_more: z.boolean().catch(false) });

export function invoiceOf({ id, status, number, hosted_invoice_url: url }: z.output<typeof InvoiceShape>): Invoice {
  return { id, status, number, url };
}

/** Under which names our own ids stand in Stripe's metadata. */
export const OWN = { party: 'twenty_party', integration: 'sluice_integration', opportunity: 'twenty_opportunity_id', round: 'sluice_round', place: 'sluice_line' } as const;
