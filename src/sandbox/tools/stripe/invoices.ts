import { paramsOf } from './form.ts';
import { page, searched } from './lists.ts';
import { assertAmount, assertCurrency, assertEnough } from './money.ts';
import { noSuch, StripeRefusal } from './refusal.ts';
import { itemsOf, nextId, shownInvoice, type StripeInvoice, type StripeItem, type StripeState, tell } from './state.ts';

const CREATE = ['customer', 'currency', 'collection_method', 'days_until_due', 'auto_advance', 'pending_invoice_items_behavior', 'description', 'footer', 'metadata'];

export function createInvoice(state: StripeState, form: URLSearchParams, now: number): StripeInvoice {
  const params = paramsOf(form, CREATE);
  const customer = state.customers.get(params.required('customer'));
  if (customer === undefined) throw noSuch('customer', params.required('customer'), 'customer', 400);
  const currency = params.text('currency') ?? 'usd';
  assertCurrency(currency);
  const method = params.text('collection_method') ?? 'charge_automatically';
  if (method !== 'send_invoice' && method !== 'charge_automatically') throw new StripeRefusal(400, 'Invalid collection_method: must be one of charge_automatically or send_invoice', { param: 'collection_method' });
  const days = params.integer('days_until_due') ?? null;
  if (method === 'send_invoice' && customer.email === null) {
    throw new StripeRefusal(400, 'Missing email. In order to create invoices that are sent to the customer, the customer must have a valid email.');
  }
  if (method === 'send_invoice' && (days === null || days < 0)) throw new StripeRefusal(400, 'You must provide `days_until_due` or `due_date` for invoices that are sent to the customer.', { param: 'days_until_due' });
  if (method === 'charge_automatically' && days !== null) throw new StripeRefusal(400, 'You can only provide `days_until_due` if `collection_method` is `send_invoice`.', { param: 'days_until_due' });
  const invoice: StripeInvoice = {
    id: nextId(state, 'in'), object: 'invoice', created: now, customer: customer.id, customer_email: customer.email, currency, collection_method: method,
    days_until_due: days, auto_advance: params.flag('auto_advance') ?? false, description: params.text('description') ?? null, footer: params.text('footer') ?? null,
    metadata: params.map('metadata'), status: 'draft', number: null, hosted_invoice_url: null, invoice_pdf: null, attempted: false, attempt_count: 0,
  };
  state.invoices.set(invoice.id, invoice);
  // What lies about for this customer is taken up unless it is said not to.
  if ((params.text('pending_invoice_items_behavior') ?? 'exclude') === 'include') {
    for (const item of state.items.values()) if (item.customer === customer.id && item.invoice === null) state.items.set(item.id, { ...item, invoice: invoice.id });
  }
  tell(state, 'invoice.created', invoice, now);
  return invoice;
}

export function createItem(state: StripeState, form: URLSearchParams, now: number): StripeItem {
  const params = paramsOf(form, ['customer', 'invoice', 'amount', 'currency', 'description', 'metadata', 'quantity']);
  const customer = params.required('customer');
  if (!state.customers.has(customer)) throw noSuch('customer', customer, 'customer', 400);
  const amount = params.integer('amount');
  if (amount === undefined) throw new StripeRefusal(400, 'One of the following params is required: amount, pricing.', { code: 'parameter_missing', param: 'amount' });
  const currency = params.text('currency') ?? 'usd';
  assertCurrency(currency);
  assertAmount(amount, currency);
  const id = params.text('invoice');
  const invoice = id === undefined ? undefined : invoiceAt(state, id, 400);
  if (invoice !== undefined) {
    if (invoice.status !== 'draft') throw new StripeRefusal(400, `This invoice is no longer editable: you can only add items to a draft, and ${invoice.id} is ${invoice.status}.`, { code: 'invoice_not_editable', param: 'invoice' });
    if (invoice.customer !== customer) throw new StripeRefusal(400, `The customer of the invoice ${invoice.id} is not ${customer}.`, { param: 'invoice' });
    if (invoice.currency !== currency) throw new StripeRefusal(400, `The currency of the invoice item (${currency}) is not that of the invoice (${invoice.currency}).`, { param: 'currency' });
  }
  const item: StripeItem = {
    id: nextId(state, 'ii'), object: 'invoiceitem', date: now, customer, invoice: invoice?.id ?? null, amount, currency, description: params.text('description') ?? null, metadata: params.map('metadata'),
  };
  state.items.set(item.id, item);
  return item;
}

export function finaliseInvoice(state: StripeState, id: string, form: URLSearchParams, now: number): object {
  const params = paramsOf(form, ['auto_advance']);
  const invoice = invoiceAt(state, id);
  if (invoice.status !== 'draft') throw new StripeRefusal(400, "This invoice is already finalized, you can't re-finalize a non-draft invoice.", { code: 'invoice_not_editable', param: 'id' });
  const items = itemsOf(state, id);
  if (items.length === 0) throw new StripeRefusal(400, 'Nothing to invoice: the invoice has no line items.', { code: 'invoice_no_customer_line_items' });
  const total = items.reduce((sum, { amount }) => sum + amount, 0);
  assertEnough(total, invoice.currency);
  state.counter += 1;
  const finalised: StripeInvoice = {
    ...invoice, auto_advance: params.flag('auto_advance') ?? true, status: total <= 0 ? 'paid' : 'open', number: `SLUICE-${String(state.counter).padStart(4, '0')}`,
    hosted_invoice_url: `https://invoice.stripe.com/i/acct_1Sluice/test_${id}?s=ap`, invoice_pdf: `https://pay.stripe.com/invoice/acct_1Sluice/test_${id}/pdf?s=ap`,
  };
  change(state, finalised, 'invoice.finalized', now);
  if (finalised.status === 'paid') tell(state, 'invoice.paid', finalised, now);
  return shownInvoice(state, finalised);
}

export function sendInvoice(state: StripeState, id: string, form: URLSearchParams, now: number): object {
  paramsOf(form, []);
  const found = invoiceAt(state, id);
  if (found.collection_method !== 'send_invoice') throw new StripeRefusal(400, 'You can only manually send an invoice if its collection method is `send_invoice`.');
  if (found.status === 'draft') finaliseInvoice(state, id, new URLSearchParams(), now);
  const invoice = invoiceAt(state, id);
  if (invoice.status !== 'open' && invoice.status !== 'paid') throw new StripeRefusal(400, `You can't send an invoice that is ${invoice.status}.`);
  state.sent.push(id);
  tell(state, 'invoice.sent', invoice, now);
  return shownInvoice(state, invoice);
}

/** The moves that Stripe allows once an invoice is finalised. */
export function moveInvoice(state: StripeState, id: string, to: 'paid' | 'void' | 'uncollectible', now: number): object {
  const invoice = invoiceAt(state, id);
  const allowed = to === 'uncollectible' ? ['open'] : ['open', 'uncollectible'];
  if (!allowed.includes(invoice.status)) throw new StripeRefusal(400, `Invoice ${id} is ${invoice.status} and cannot become ${to}.`, { code: invoice.status === 'paid' ? 'invoice_already_paid' : 'invoice_not_editable' });
  const moved = { ...invoice, status: to, attempted: invoice.attempted || to === 'paid' };
  change(state, moved, { paid: 'invoice.paid', void: 'invoice.voided', uncollectible: 'invoice.marked_uncollectible' }[to], now);
  return shownInvoice(state, moved);
}

export function failPayment(state: StripeState, id: string, now: number): void {
  const invoice = invoiceAt(state, id);
  change(state, { ...invoice, attempted: true, attempt_count: invoice.attempt_count + 1 }, 'invoice.payment_failed', now);
}

/** Only a draft can be deleted; its items are released, as pending ones of the customer. */
export function deleteInvoice(state: StripeState, id: string, now: number): object {
  const invoice = invoiceAt(state, id);
  if (invoice.status !== 'draft') throw new StripeRefusal(400, 'You can only delete draft invoices.', { code: 'invoice_not_editable' });
  tell(state, 'invoice.deleted', invoice, now);
  for (const item of itemsOf(state, id)) state.items.set(item.id, { ...item, invoice: null });
  state.invoices.delete(id);
  return { id, object: 'invoice', deleted: true };
}

export function listInvoices(state: StripeState, query: URLSearchParams): object {
  const params = paramsOf(query, ['customer', 'status', 'limit', 'starting_after']);
  const customer = params.text('customer');
  const found = [...state.invoices.values()].filter((one) => customer === undefined || one.customer === customer);
  const { data, ...rest } = page(found, params, '/v1/invoices') as { readonly data: readonly StripeInvoice[] };
  return { ...rest, data: data.map((one) => shownInvoice(state, one)) };
}

export function searchInvoices(state: StripeState, query: URLSearchParams, visibleUntil: number): object {
  return searched([...state.invoices.values()], query, visibleUntil, '/v1/invoices/search');
}

export function listItems(state: StripeState, query: URLSearchParams): object {
  const params = paramsOf(query, ['invoice', 'customer', 'pending', 'limit', 'starting_after']);
  const invoice = params.text('invoice');
  return page([...state.items.values()].filter((one) => invoice === undefined || one.invoice === invoice), params, '/v1/invoiceitems');
}

export function invoiceAt(state: StripeState, id: string, status = 404): StripeInvoice {
  const invoice = state.invoices.get(id);
  if (invoice === undefined) throw noSuch('invoice', id, status === 404 ? 'id' : 'invoice', status);
  return invoice;
}

function change(state: StripeState, invoice: StripeInvoice, type: string, now: number): void {
  state.invoices.set(invoice.id, invoice);
  tell(state, type, invoice, now);
}
