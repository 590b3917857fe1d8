import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import type { InvoiceStatus } from '../../domain/invoice-status.ts';
import type { NewsReading } from '../invoicing.ts';
import { readJsonObject } from '../read-json.ts';

/** Stripe's news of an invoice (docs.stripe.com/api/events/types); the names under which our own ids stand are those of `shapes.ts`. */
export function readStripeEvent({ body }: HookRequest): NewsReading {
  const json = readJsonObject(body);
  if ('kind' in json) return { kind: 'refused', path: json.path, problem: json.problem };
  const event = Event.safeParse(json.json);
  if (!event.success) return refusedBy(event.error);
  const { type } = event.data;
  if (!type.startsWith('invoice.')) return { kind: 'ignored', what: type };
  const found = InvoiceEvent.safeParse(json.json);
  // What is about no invoice that exists (`invoice.upcoming`) or is not ours has no mark of ours.
  if (!found.success) return Marked.safeParse(json.json).success ? refusedBy(found.error) : { kind: 'ignored', what: type };
  const { id, status, number, hosted_invoice_url: url, metadata } = found.data.data.object;
  return {
    kind: 'news',
    news: {
      id: event.data.id, invoiceId: id, integration: metadata.sluice_integration, opportunityId: metadata.twenty_opportunity_id,
      status: statusOf(type, status), number: number ?? undefined, url: url ?? undefined,
    },
  };
}

function statusOf(type: string, status: Exclude<InvoiceStatus, 'failed'>): InvoiceStatus {
  if (type === 'invoice.payment_failed') return status === 'open' ? 'failed' : status;
  // A deleted draft can never be paid; Stripe's event still shows it as the draft that it was.
  return type === 'invoice.deleted' ? 'void' : status;
}

const own = z.looseObject({ sluice_integration: z.string().min(1), twenty_opportunity_id: z.string().min(1) });
const Event = z.looseObject({ id: z.string().min(1), type: z.string().min(1) });
const Marked = z.looseObject({ data: z.looseObject({ object: z.looseObject({ metadata: own }) }) });
const InvoiceEvent = z.looseObject({
  data: z.looseObject({
    object: z.looseObject({
      id: z.string().min(1), status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']), number: z.string().nullish(),
      hosted_invoice_url: z.string().nullish(), metadata: own,
    }),
  }),
});

function refusedBy(error: z.ZodError): NewsReading {
  const issue = error.issues[0]!;
  return { kind: 'refused', path: issue.path.map(String).join('.') || 'body', problem: `This is not what Stripe sends: ${issue.message}.` };
}
