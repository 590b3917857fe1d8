import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import type { SecretRef } from '../../config/secret.ts';
import { genericShape, operation } from '../generic/settings.ts';
import { newsSource } from '../invoice-source.ts';
import { INVOICE_STATUSES, type InvoiceStatus } from '../../domain/invoice-status.ts';
import type { CustomerRequest, InvoiceNewsSource } from '../invoicing.ts';
import { readGenericNews } from './webhook.ts';

/** What `genericInvoicing({...})` takes. */
export type GenericInvoicingInput = z.input<typeof GenericInvoicingSettings>;
/** The settings after validation, defaults in place. */
export type GenericInvoicingSettings = Readonly<z.output<typeof GenericInvoicingSettings>>;

/** A line, its amount in three forms: `1200.50`, 120050 (the currency's own smallest unit) and whole millionths. */
interface LineInput {
  readonly description: string;
  readonly amount: string;
  readonly amountMinor: number;
  readonly amountMicros: string;
}

/** What an invoice is made of: `{customer.email}`, `{lines[0].amount}`, `{reference}`. */
export interface InvoiceInput {
  /** Unique to the invoice and the same on every attempt: have the tool keep it, so that the invoice is found again. */
  readonly reference: string;
  readonly integration: string;
  readonly opportunityId: string;
  readonly customerId: string;
  readonly customer: CustomerRequest;
  readonly currency: string;
  readonly daysUntilDue: number;
  readonly memo: string;
  readonly footer: string;
  readonly lines: readonly LineInput[];
  readonly total: string;
  readonly totalMinor: number;
}

/** How an answer about an invoice is read. */
export interface GenericInvoice {
  readonly id: string;
  /** In the tool's words; `statuses` says which of ours it is. */
  readonly status?: string | undefined;
  readonly number?: string | undefined;
  readonly url?: string | undefined;
}

interface InvoiceId {
  readonly invoiceId: string;
}

const statusMap = z.record(z.string(), field.oneOf(INVOICE_STATUSES), { error: "Write { settled: 'paid', cancelled: 'void' }." }).default({});

export const GenericInvoicingSettings = field.settings(
  {
    ...genericShape,
    /** Looks for the customer; its answer has an id, or `notFound` names the status that says no. */
    findCustomer: operation<CustomerRequest, { readonly id: string }>('/customers/{party}', 'GET').optional(),
    /** Makes the customer. Left out where the tool takes the customer with the invoice. */
    createCustomer: operation<CustomerRequest, { readonly id: string }>('/customers').optional(),
    /** Makes the invoice with its lines, as a draft where the tool has drafts. */
    createInvoice: operation<InvoiceInput, GenericInvoice>('/invoices'),
    /** Finds an invoice by its reference. Without it, and without idempotency keys, an invoice of which nobody knows whether it was made is held. */
    findInvoice: operation<InvoiceInput, GenericInvoice>('/invoices/{reference}', 'GET').optional(),
    readInvoice: operation<InvoiceId, GenericInvoice>('/invoices/{invoiceId}', 'GET').optional(),
    /** Left out where the tool has no drafts. */
    finalise: operation<InvoiceId, GenericInvoice>('/invoices/{invoiceId}/finalise').optional(),
    send: operation<InvoiceId, GenericInvoice>('/invoices/{invoiceId}/send').optional(),
    /** What the tool calls each status, where it is not the usual word. */
    statuses: statusMap,
    /** How long the tool remembers idempotency keys; counts where every request that changes something has an `idempotencyHeader`. */
    keysLastHours: field.wholeNumber(1, 8760).default(24),
  },
  "Write genericInvoicing({ url: 'https://api.tool.example', auth: { bearer: secret('TOOL_API_KEY') }, createInvoice: { path: '/invoices' } }).",
);

/** A billing tool that the configuration describes. */
export function genericInvoicing(settings: GenericInvoicingInput): ConnectionInput<'generic-invoicing'> {
  return {
    kind: 'generic-invoicing', schema: GenericInvoicingSettings, settings,
    tool: { roles: ['invoicing'], open: async () => (await import('./client.ts')).openGenericInvoicing },
  };
}

/** What `genericInvoicingWebhook({...})` takes. */
export interface GenericInvoiceNewsInput {
  readonly secret: SecretRef | readonly SecretRef[];
  /** Where it is shown: as the last part of the address, or in a header. */
  readonly secretIn?: 'path' | 'header';
  /** Name of the header, `X-Webhook-Secret`. */
  readonly header?: string;
  /** JMESPath into the body. `id` is the event's own id; without it the same words again are a repeat. */
  readonly read: { readonly invoiceId: string; readonly status: string; readonly id?: string; readonly number?: string; readonly url?: string; readonly opportunityId?: string };
  readonly statuses?: Readonly<Record<string, InvoiceStatus>>;
}

/** News of invoices from a tool that Sluice has never heard of. */
export function genericInvoicingWebhook(input: GenericInvoiceNewsInput): InvoiceNewsSource {
  return newsSource('generic-invoicing', NewsSettings, input, (settings) => ({
    verification: settings.secretIn === 'path'
      ? { scheme: 'path-secret', secrets: settings.secret }
      : { scheme: 'header-secret', secrets: settings.secret, options: { header: settings.header } },
    read: ({ body }) => readGenericNews(settings, body),
  }));
}

export type GenericNewsSettings = z.output<typeof NewsSettings>;

const path = field.text('data.invoice.number').optional();
const NewsSettings = field.settings({
  secret: field.secretRefs('TOOL_WEBHOOK_SECRET'),
  secretIn: field.oneOf(['path', 'header']).default('path'),
  header: field.text('X-Webhook-Secret').default('x-webhook-secret'),
  read: field.settings({ invoiceId: field.text('data.invoice.id'), status: field.text('data.invoice.status'), id: path, number: path, url: path, opportunityId: path }, "Write { invoiceId: 'invoice.id', status: 'invoice.status' }."),
  statuses: statusMap,
}, "Write genericInvoicingWebhook({ secret: secret('TOOL_WEBHOOK_SECRET'), read: { invoiceId: 'invoice.id', status: 'invoice.status' } }).");
