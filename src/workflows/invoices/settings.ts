import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { taskTime } from '../../config/task-time.ts';
import type { InvoiceNewsSource } from '../../connectors/invoicing.ts';
import type { Deal, DealLine } from './contract.ts';

/** What `invoices({...})` takes. */
export type InvoicesInput = z.input<typeof InvoicesSettings>;
/** The settings after validation, defaults in place. */
export type InvoicesSettings = Readonly<z.output<typeof InvoicesSettings>>;
export type FinanceMail = z.output<typeof finance>;

const write = field.settings({
  id: field.apiName('invoiceId').default('invoiceId'),
  number: field.apiName('invoiceNumber').default('invoiceNumber'),
  url: field.apiName('invoiceUrl').default('invoiceUrl'),
  status: field.apiName('invoiceStatus').default('invoiceStatus'),
}, "Write { id: 'invoiceId' } with names of fields of the opportunity.");

const missing = field.settings({
  /** `{deal}` and `{missing}` stand for the deal's name and what it lacks. */
  title: field.text('The invoice for {deal} waits for {missing}').default('The invoice for {deal} waits for {missing}'),
  ...taskTime({ dueInWorkingDays: 1 }),
  /** A member by name or e-mail address, for deals that nobody owns. */
  otherwise: field.text('ann@acme.example').optional(),
});

const finance = field.settings({
  to: field.emailAddresses(),
  from: field.emailAddress(),
  /** `{number}`, `{company}`, `{amount}` and `{deal}` stand for the invoice's. */
  subject: field.text('Invoice {number} for {company}').default('Invoice {number} for {company}: {amount}'),
  /** The connection that sends it. */
  mail: field.text('mail').default('mail'),
}, "Write { to: 'finance@acme.example', from: 'Sluice <sluice@acme.example>' }.");

const names = z.array(field.apiName('renewalDate'), { error: "Write a list of fields, for example ['renewalDate']." }).default([]);

const webhook = z.custom<InvoiceNewsSource>((value) => typeof value === 'object' && value !== null && 'verification' in value && 'read' in value, {
  error: "Write stripeWebhook({ secret: secret('STRIPE_WEBHOOK_SECRET') }).",
}).superRefine((source, context) => {
  for (const { path, message } of source.problems) context.addIssue({ code: 'custom', path: path === '' ? [] : path.split('.'), message });
});

export const InvoicesSettings = field
  .settings({
    /** The connection whose opportunities are billed. */
    twenty: field.text('twenty').default('twenty'),
    /** The billing tool's connection. */
    tool: field.text('stripe').default('stripe'),
    /** Values of the opportunity's stage that mean won. */
    stages: field.oneOrMany(field.text('CUSTOMER'), "Write 'CUSTOMER', or a list of stages.").default(['CUSTOMER']),
    /** A text or e-mail field of the company that holds its billing address; the point of contact's address counts where it is empty. */
    billingEmail: field.apiName('billingEmail').optional(),
    /** For amounts without a currency. */
    currency: z.string().regex(/^[A-Z]{3}$/, { error: "Write a currency by three capital letters, for example 'EUR'." }).optional(),
    /** What is billed; one line with the deal's name and amount when left out. Must give the same lines for the same deal. */
    lines: field.code<(deal: Deal) => readonly DealLine[]>("({ opportunity }) => [{ description: 'Licence', amountMicros: opportunity.amount.amountMicros }]").optional(),
    /** Further fields that `lines` looks at. */
    fields: field.settings({ opportunity: names, company: names, person: names }, "Write { opportunity: ['renewalDate'] }.").prefault({}),
    daysUntilDue: field.wholeNumber(0, 365).default(30),
    /** A line of text on the invoice; `{deal}` and `{company}` stand for the names. */
    memo: field.text('{deal}').optional(),
    footer: field.text('Acme Ltd, registered in Berlin').optional(),
    /** How far Sluice goes: a `draft` for a person to look at, `finalised` with a number, or `sent` to the customer by the tool. */
    upTo: field.oneOf(['draft', 'finalised', 'sent']).default('finalised'),
    /** Fields of the opportunity that are written; `sluice setup` makes them. */
    write: write.prefault({}),
    /** The task that says what a deal lacks. */
    missing: missing.prefault({}),
    /** Who is mailed about each invoice; nobody when left out. */
    finance: finance.optional(),
    /** The tool's news of its invoices arrive at `/hooks/{integration}`; without it the status stays what it was when the invoice was made. */
    webhook: webhook.optional(),
    /** Somebody who wins a deal often corrects it right after: it has to be quiet this long, but is billed after `maxSeconds` at the latest. */
    settle: field.settings({ quietSeconds: field.wholeNumber(0, 3600), maxSeconds: field.wholeNumber(0, 86_400) }, 'Write { quietSeconds: 30, maxSeconds: 300 }.').default({ quietSeconds: 30, maxSeconds: 300 }),
  })
  .superRefine((value, context) => {
    const own = Object.entries(value.write);
    own.forEach(([key, name], i) => {
      if (own.findIndex(([, other]) => other === name) < i) context.addIssue({ code: 'custom', path: ['write', key], message: `“${name}” is written twice. Name four different fields.` });
      if (STANDARD.has(name)) context.addIssue({ code: 'custom', path: ['write', key], message: `“${name}” is one of Twenty's own fields. Name a field of its own, for example 'invoiceId'.` });
      if (value.fields.opportunity.includes(name)) context.addIssue({ code: 'custom', path: ['fields', 'opportunity'], message: `“${name}” is written by this integration, so an invoice must not rest on it.` });
    });
    if (value.settle.maxSeconds < value.settle.quietSeconds) context.addIssue({ code: 'custom', path: ['settle', 'maxSeconds'], message: `Write at least ${String(value.settle.quietSeconds)}, as many as quietSeconds.` });
  });

/** Twenty's own fields of an opportunity. */
const STANDARD = new Set(['id', 'name', 'amount', 'closeDate', 'stage', 'company', 'companyId', 'pointOfContact', 'pointOfContactId', 'owner', 'ownerId', 'createdAt', 'updatedAt', 'deletedAt', 'createdBy', 'updatedBy', 'position']);
