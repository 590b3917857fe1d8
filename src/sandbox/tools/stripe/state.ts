/** What the stand-in holds, in Stripe's shapes as far as they are read by anybody. */
export interface StripeCustomer {
  readonly id: string;
  readonly object: 'customer';
  readonly created: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly address: Readonly<Record<string, string>> | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StripeInvoice {
  readonly id: string;
  readonly object: 'invoice';
  readonly created: number;
  readonly customer: string;
  readonly customer_email: string | null;
  readonly currency: string;
  readonly collection_method: 'send_invoice' | 'charge_automatically';
  readonly days_until_due: number | null;
  readonly auto_advance: boolean;
  readonly description: string | null;
  readonly footer: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';
  readonly number: string | null;
  readonly hosted_invoice_url: string | null;
  readonly invoice_pdf: string | null;
  readonly attempted: boolean;
  readonly attempt_count: number;
}

export interface StripeItem {
  readonly id: string;
  readonly object: 'invoiceitem';
  readonly date: number;
  readonly customer: string;
  readonly invoice: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** An event that Stripe would post to the account's webhooks. */
export interface StripeEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly livemode: false;
  readonly type: string;
  readonly data: { readonly object: object };
}

interface Saved {
  readonly fingerprint: string;
  readonly status: number;
  readonly body: unknown;
}

export interface StripeState {
  counter: number;
  readonly customers: Map<string, StripeCustomer>;
  readonly deletedCustomers: Set<string>;
  readonly invoices: Map<string, StripeInvoice>;
  readonly items: Map<string, StripeItem>;
  /** Invoices that were mailed to their customer, as often as they were. */
  readonly sent: string[];
  readonly events: StripeEvent[];
  /** By idempotency key: the request's body, and what was answered. */
  readonly answers: Map<string, Saved>;
  /** The next changing request fails inside, before or after its effect, and the failure is kept under its key. */
  failing: 'before' | 'after' | undefined;
}

export function emptyState(): StripeState {
  return { counter: 0, customers: new Map(), deletedCustomers: new Set(), invoices: new Map(), items: new Map(), sent: [], events: [], answers: new Map(), failing: undefined };
}

export function nextId(state: StripeState, prefix: string): string {
  state.counter += 1;
  return `${prefix}_1Sluice${String(state.counter).padStart(8, '0')}`;
}

export function itemsOf(state: StripeState, invoiceId: string): readonly StripeItem[] {
  return [...state.items.values()].filter(({ invoice }) => invoice === invoiceId);
}

/** An invoice as the API answers it. */
export function shownInvoice(state: StripeState, invoice: StripeInvoice): object {
  const items = itemsOf(state, invoice.id);
  const subtotal = items.reduce((sum, { amount }) => sum + amount, 0);
  const due = ['paid', 'void'].includes(invoice.status) ? 0 : subtotal;
  return {
    ...invoice, subtotal, total: subtotal, amount_due: subtotal, amount_paid: invoice.status === 'paid' ? subtotal : 0, amount_remaining: due, livemode: false,
    lines: { object: 'list', data: items.map(({ id, amount, currency, description, metadata }) => ({ id: `il_${id}`, object: 'line_item', amount, currency, description, metadata, parent: { type: 'invoice_item_details', invoice_item_details: { invoice_item: id } } })), has_more: false, url: `/v1/invoices/${invoice.id}/lines` },
  };
}

/** Notes what Stripe would tell of an invoice. */
export function tell(state: StripeState, type: string, invoice: StripeInvoice, created: number): void {
  state.events.push({ id: nextId(state, 'evt'), object: 'event', api_version: '2026-10-28.endive', created, livemode: false, type, data: { object: shownInvoice(state, invoice) } });
}
