import { paramsOf } from './form.ts';
import { noSuch, StripeRefusal } from './refusal.ts';
import { page, searched } from './lists.ts';
import { nextId, type StripeCustomer, type StripeState } from './state.ts';

const CREATE = ['name', 'email', 'address', 'phone', 'description', 'metadata'];

export function createCustomer(state: StripeState, form: URLSearchParams, now: number): StripeCustomer {
  const params = paramsOf(form, CREATE);
  const email = params.text('email') ?? null;
  if (email !== null && !/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(email)) throw new StripeRefusal(400, `Invalid email address: ${email}`, { code: 'email_invalid', param: 'email' });
  const address = params.map('address');
  if (address['country'] !== undefined && !/^[A-Z]{2}$/.test(address['country'])) {
    throw new StripeRefusal(400, `Country '${address['country']}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', 'EG', or 'GB'.`, { param: 'address[country]' });
  }
  const customer: StripeCustomer = {
    id: nextId(state, 'cus'), object: 'customer', created: now, name: params.text('name') ?? null, email,
    address: Object.keys(address).length === 0 ? null : address, metadata: params.map('metadata'),
  };
  state.customers.set(customer.id, customer);
  return customer;
}

export function readCustomer(state: StripeState, id: string): object {
  const customer = state.customers.get(id);
  if (customer !== undefined) return customer;
  if (state.deletedCustomers.has(id)) return { id, object: 'customer', deleted: true };
  throw noSuch('customer', id);
}

/** By address exactly as written, the newest first; found at once. */
export function listCustomers(state: StripeState, query: URLSearchParams): object {
  const params = paramsOf(query, ['email', 'limit', 'starting_after']);
  const email = params.text('email');
  return page([...state.customers.values()].filter((one) => email === undefined || one.email === email), params, '/v1/customers');
}

export function searchCustomers(state: StripeState, query: URLSearchParams, visibleUntil: number): object {
  return searched([...state.customers.values()], query, visibleUntil, '/v1/customers/search');
}

export function deleteCustomer(state: StripeState, id: string): object {
  if (!state.customers.delete(id)) throw noSuch('customer', id);
  state.deletedCustomers.add(id);
  return { id, object: 'customer', deleted: true };
}
