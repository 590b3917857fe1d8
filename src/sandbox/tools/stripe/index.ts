import { createHmac, timingSafeEqual } from 'node:crypto';
import type { StandIn, ToolAnswer, ToolRequest } from '../stand-in.ts';
import { deleteInvoice, failPayment, finaliseInvoice, moveInvoice } from './invoices.ts';
import { StripeRefusal } from './refusal.ts';
import { route } from './routes.ts';
import { emptyState, type StripeCustomer, type StripeEvent, type StripeInvoice, type StripeItem, type StripeState } from './state.ts';

export interface StripeStandInOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Search knows nothing younger than this, as Stripe's: a minute. */
  readonly searchLagMs?: number;
}

/** Stripe's customers and invoices, as strict as the real ones, and what happens to them outside of the API. */
export interface StripeStandIn extends StandIn {
  customers(): readonly StripeCustomer[];
  invoices(): readonly StripeInvoice[];
  items(): readonly StripeItem[];
  /** Ids of invoices that were mailed, one for each mail. */
  sent(): readonly string[];
  /** The customer pays; the finance team finalises, voids or writes off; a payment fails; somebody deletes a draft. */
  finalise(invoiceId: string): void;
  pay(invoiceId: string): void;
  voidInvoice(invoiceId: string): void;
  writeOff(invoiceId: string): void;
  failPayment(invoiceId: string): void;
  deleteDraft(invoiceId: string): void;
  deleteCustomer(customerId: string): void;
  /** The next changing request ends with a 500 that Stripe keeps under its key: before anything is done, or after it. */
  failInside(when: 'before' | 'after'): void;
  events(): readonly StripeEvent[];
  /** Posts an event as Stripe does, signed; answers the status. */
  post(event: StripeEvent, url: string, secret: string): Promise<number>;
}

export type { StripeEvent } from './state.ts';

const KEY = 'sk_test_sluice_sandbox';
export const STRIPE_WEBHOOK_SECRET = 'whsec_sluice_sandbox';

/** Keys are remembered for this long (docs.stripe.com/api/idempotent_requests); the stand-in's clock decides. */
const KEY_LASTS_MS = 24 * 3_600_000;

export function stripeStandIn({ now = Date.now, searchLagMs = 60_000 }: StripeStandInOptions = {}): StripeStandIn {
  let state = emptyState();
  const keptAt = new Map<string, number>();
  const seconds = (): number => Math.floor(now() / 1000);

  const answerTo = (request: ToolRequest): ToolAnswer => {
    if (!isKnown(request.headers['authorization'])) return unauthorized(request.headers['authorization']);
    if (request.method === 'POST' && request.body !== '' && !(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
      return new StripeRefusal(400, 'Invalid request: the content type of a request must be application/x-www-form-urlencoded.').answer();
    }
    const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
    if (key !== undefined && key.length > 255) return new StripeRefusal(400, 'Idempotency-Key is too long (at most 255 characters).').answer();
    const fingerprint = `${request.path}\n${request.body}`;
    const kept = key === undefined ? undefined : state.answers.get(key);
    if (key !== undefined && kept !== undefined && now() - (keptAt.get(key) ?? 0) < KEY_LASTS_MS) {
      if (kept.fingerprint !== fingerprint) {
        return new StripeRefusal(400, `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`, { type: 'idempotency_error' }).answer();
      }
      return { status: kept.status, body: kept.body, headers: { 'idempotent-replayed': 'true', 'request-id': requestId(state) } };
    }
    const answer = carriedOut(request);
    // What is refused for its parameters is not kept: it did not begin (docs.stripe.com/api/idempotent_requests).
    if (key !== undefined && (answer.status < 400 || answer.status >= 500)) {
      state.answers.set(key, { fingerprint, status: answer.status, body: answer.body });
      keptAt.set(key, now());
    }
    return { ...answer, headers: { 'request-id': requestId(state), ...(key === undefined ? {} : { 'idempotency-key': key }) } };
  };

  const carriedOut = (request: ToolRequest): ToolAnswer => {
    const { failing } = state;
    const changes = request.method !== 'GET';
    if (changes) state.failing = undefined;
    if (changes && failing === 'before') return broken();
    try {
      const answer = route(state, request, { now: seconds(), visibleUntil: Math.floor((now() - searchLagMs) / 1000) });
      return changes && failing === 'after' ? { ...broken(), ...(answer.changed === undefined ? {} : { changed: answer.changed }) } : answer;
    } catch (error) {
      if (error instanceof StripeRefusal) return error.answer();
      throw error;
    }
  };

  return {
    name: 'stripe',
    stands: 'api.stripe.com',
    env: (url) => ({ STRIPE_BASE_URL: url, STRIPE_SECRET_KEY: KEY, STRIPE_WEBHOOK_SECRET }),
    answer: answerTo,
    tooMany: () => ({ ...new StripeRefusal(429, 'Request rate limit exceeded. Learn more about rate limits at https://stripe.com/docs/rate-limits.', { code: 'rate_limit' }).answer(), headers: { 'stripe-rate-limited-reason': 'global-rate' } }),
    broken,
    save: () => ({ ...state, customers: [...state.customers], deletedCustomers: [...state.deletedCustomers], invoices: [...state.invoices], items: [...state.items], answers: [...state.answers] }),
    load(saved) {
      const { customers, deletedCustomers, invoices, items, answers, ...rest } = saved as { readonly [K in keyof StripeState]: never };
      state = { ...emptyState(), ...(rest as object), customers: new Map(customers), deletedCustomers: new Set(deletedCustomers), invoices: new Map(invoices), items: new Map(items), answers: new Map(answers) };
      for (const key of state.answers.keys()) keptAt.set(key, now());
    },
    customers: () => [...state.customers.values()],
    invoices: () => [...state.invoices.values()],
    items: () => [...state.items.values()],
    sent: () => state.sent,
    finalise: (id) => void finaliseInvoice(state, id, new URLSearchParams(), seconds()),
    pay: (id) => void moveInvoice(state, id, 'paid', seconds()),
    voidInvoice: (id) => void moveInvoice(state, id, 'void', seconds()),
    writeOff: (id) => void moveInvoice(state, id, 'uncollectible', seconds()),
    failPayment: (id) => failPayment(state, id, seconds()),
    deleteDraft: (id) => void deleteInvoice(state, id, seconds()),
    deleteCustomer: (id) => { state.customers.delete(id); state.deletedCustomers.add(id); },
    failInside: (when) => void (state.failing = when),
    events: () => state.events,
    async post(event, url, secret) {
      const body = JSON.stringify(event);
      const at = String(seconds());
      const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': `t=${at},v1=${signature}` }, body });
      return answer.status;
    },
  };
}

function isKnown(authorization: string | undefined): boolean {
  const given = authorization?.startsWith('Bearer ') === true ? authorization.slice(7) : Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString().replace(/:$/, '');
  return given.length === KEY.length && timingSafeEqual(Buffer.from(given), Buffer.from(KEY));
}

function unauthorized(authorization: string | undefined): ToolAnswer {
  const message = authorization === undefined
    ? "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
    : 'Invalid API Key provided: sk_test_****';
  return { ...new StripeRefusal(401, message).answer(), headers: { 'www-authenticate': 'Bearer realm="Stripe"' } };
}

function broken(): ToolAnswer {
  return new StripeRefusal(500, 'An unknown error occurred', { type: 'api_error' }).answer();
}

function requestId(state: StripeState): string {
  return `req_Sluice${String(state.counter)}`;
}
