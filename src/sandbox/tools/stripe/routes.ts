import type { ToolAnswer, ToolRequest } from '../stand-in.ts';
import { createCustomer, deleteCustomer, listCustomers, readCustomer, searchCustomers } from './customers.ts';
import { createInvoice, createItem, deleteInvoice, finaliseInvoice, invoiceAt, listInvoices, listItems, moveInvoice, searchInvoices, sendInvoice } from './invoices.ts';
import { StripeRefusal } from './refusal.ts';
import { shownInvoice, type StripeState } from './state.ts';

/** Times in seconds since 1970; search knows only what is no younger than `visibleUntil`. */
export interface Clock {
  readonly now: number;
  readonly visibleUntil: number;
}

/** One request, credentials and idempotency aside. Throws StripeRefusal. */
export function route(state: StripeState, { method, path, query, body }: ToolRequest, { now, visibleUntil }: Clock): ToolAnswer {
  const form = new URLSearchParams(body);
  const [, what = '', id, verb] = /^\/v1\/(customers|invoices|invoiceitems)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? [];
  const at = `${method} ${what}${id === undefined ? '' : id === 'search' ? '/search' : '/:id'}${verb === undefined ? '' : `/${verb}`}`;
  const read = (answer: object): ToolAnswer => ({ status: 200, body: answer });
  const changed = (answer: object, words: string): ToolAnswer => ({ status: 200, body: answer, changed: words });
  switch (at) {
    case 'POST customers': {
      const customer = createCustomer(state, form, now);
      return changed(customer, `created ${customer.id}`);
    }
    case 'GET customers':
      return read(listCustomers(state, query));
    case 'GET customers/search':
      return read(searchCustomers(state, query, visibleUntil));
    case 'GET customers/:id':
      return read(readCustomer(state, id!));
    case 'DELETE customers/:id':
      return changed(deleteCustomer(state, id!), `deleted ${id!}`);
    case 'POST invoices': {
      const invoice = createInvoice(state, form, now);
      return changed(shownInvoice(state, invoice), `created ${invoice.id} for ${invoice.customer}`);
    }
    case 'GET invoices':
      return read(listInvoices(state, query));
    case 'GET invoices/search':
      return read(searchInvoices(state, query, visibleUntil));
    case 'GET invoices/:id':
      return read(shownInvoice(state, invoiceAt(state, id!)));
    case 'DELETE invoices/:id':
      return changed(deleteInvoice(state, id!, now), `deleted ${id!}`);
    case 'POST invoices/:id/finalize':
      return changed(finaliseInvoice(state, id!, form, now), `finalised ${id!}`);
    case 'POST invoices/:id/send':
      return changed(sendInvoice(state, id!, form, now), `sent ${id!}`);
    case 'POST invoices/:id/pay':
      return changed(moveInvoice(state, id!, 'paid', now), `paid ${id!}`);
    case 'POST invoices/:id/void':
      return changed(moveInvoice(state, id!, 'void', now), `voided ${id!}`);
    case 'POST invoices/:id/mark_uncollectible':
      return changed(moveInvoice(state, id!, 'uncollectible', now), `wrote off ${id!}`);
    case 'POST invoiceitems': {
      const item = createItem(state, form, now);
      return changed(item, `added ${item.id} to ${item.invoice ?? 'no invoice'}`);
    }
    case 'GET invoiceitems':
      return read(listItems(state, query));
    default:
      throw new StripeRefusal(404, `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`);
  }
}
