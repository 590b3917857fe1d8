import type Stripe from 'stripe';
import { ConnectorError } from '../../domain/failure.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { CustomerRequest, DraftRequest, InvoicingTool, LineRequest } from '../invoicing.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { microsOfStripe, stripeAmount } from './amounts.ts';
import { customerParams, draftParams, lineParams } from './params.ts';
import { StripeFault } from './faults.ts';
import type { StripeSettings } from './index.ts';
import { asked, sdkFor } from './sdk.ts';
import { CustomerShape, InvoiceShape, invoiceOf, ItemShape, Made, OWN, pageOf } from './shapes.ts';

/** Stripe remembers an idempotency key for 24 hours at least (docs.stripe.com/api/idempotent_requests). */
const KEY_LASTS_MS = 23 * 3_600_000;
const PAGE = 100;
/** An account of one customer with more invoices than this is searched no further. */
const MOST_PAGES = 50;

/** Opens Stripe as a billing tool. Lists are read where search could be: what was made a moment ago is found there at once, by search only after a minute. */
export const openStripe: OpenTool<StripeSettings> = (settings, context) => {
  const http = context.http({ service: 'stripe', rates: RATE_FORMS.standard });
  const readKey = context.secret(settings.apiKey);
  const baseUrl = settings.baseUrl.replace(/\/+$/, '');
  const sdk = (call: ToolCall): Stripe => {
    const key = readKey();
    if (key === '') throw new ConnectorError('stripe', 'unauthorized', 'stripe: no API key is configured');
    return sdkFor(key, baseUrl, http, call);
  };

  const read = async (id: string, call: ToolCall) => orNothing(() => asked(sdk(call).invoices.retrieve(id), InvoiceShape, false));

  const customerOf = async ({ party, email }: CustomerRequest, call: ToolCall): Promise<{ readonly id: string } | 'absent'> => {
    const byEmail = await asked(sdk(call).customers.list({ email, limit: PAGE }), pageOf(CustomerShape), false);
    const ours = byEmail.data.find((one) => one.metadata[OWN.party] === party);
    if (ours !== undefined) return { id: ours.id };
    // One that stands for somebody else in Twenty is not this one, whatever its address.
    const free = byEmail.data.filter((one) => one.metadata[OWN.party] === undefined).sort((a, b) => a.created - b.created)[0];
    return free === undefined ? 'absent' : { id: free.id };
  };

  const draftOf = async ({ integration, opportunityId, round, customerId }: DraftRequest, call: ToolCall) => {
    let after: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { data, has_more: more } = await asked(sdk(call).invoices.list({ customer: customerId, limit: PAGE, ...(after === undefined ? {} : { starting_after: after }) }), pageOf(InvoiceShape), false);
      const found = data.find(({ metadata: own }) => own[OWN.integration] === integration && own[OWN.opportunity] === opportunityId && own[OWN.round] === String(round));
      if (found !== undefined) return invoiceOf(found);
      if (!more) return 'absent';
      after = data.at(-1)?.id;
    }
    return 'unknown';
  };

  const lineOf = async ({ invoiceId, place }: LineRequest, call: ToolCall) => {
    const { data, has_more: more } = await asked(sdk(call).invoiceItems.list({ invoice: invoiceId, limit: PAGE }), pageOf(ItemShape), false);
    return data.find(({ metadata: own }) => own[OWN.place] === String(place)) ?? (more ? 'unknown' : 'absent');
  };

  const tool: InvoicingTool = {
    service: 'stripe',
    lines: 'apart',
    keyLastsMs: KEY_LASTS_MS,
    amountProblem(amountMicros, currency) {
      const amount = stripeAmount(amountMicros, currency);
      return amount.ok ? undefined : amount.problem;
    },
    async hasCustomer(id, call) {
      const found = await orNothing(() => asked(sdk(call).customers.retrieve(id), Made.extend({ deleted: CustomerShape.shape.deleted }), false));
      return found !== undefined && found.deleted !== true;
    },
    async findCustomer(request, call) {
      const query = `metadata['${OWN.party}']:'${request.party.replace(/['\\]/g, '')}'`;
      // Not every country has search; the list by address tells of our mark as well.
      const marked = await asked(sdk(call).customers.search({ query, limit: 1 }), pageOf(CustomerShape), false).catch(toleratedRefusal);
      const [found] = marked?.data ?? [];
      return found === undefined ? customerOf(request, call) : { id: found.id };
    },
    createCustomer: (request, key, call) =>
      made(() => asked(sdk(call).customers.create(customerParams(request), { idempotencyKey: key }), Made, true), () => customerOf(request, call)),
    createDraft: async (request, key, call) =>
      made(async () => invoiceOf(await asked(sdk(call).invoices.create(draftParams(request), { idempotencyKey: key }), InvoiceShape, true)), () => draftOf(request, call)),
    findDraft: draftOf,
    addLine: (request, key, call) => made(() => asked(sdk(call).invoiceItems.create(lineParams(request), { idempotencyKey: key }), Made, true), () => lineOf(request, call)),
    findLine: lineOf,
    async finalise({ invoiceId, currency, totalMicros }, key, call) {
      const draft = await read(invoiceId, call);
      if (draft === undefined) throw refused(`There is no draft ${invoiceId} any more.`);
      if (draft.status !== 'draft') return invoiceOf(draft);
      if (microsOfStripe(draft.subtotal, draft.currency) !== BigInt(totalMicros) || draft.currency !== currency.toLowerCase()) {
        throw refused(`The draft ${invoiceId} does not come to what the deal says: somebody has changed it. Delete it in Stripe, then retry.`);
      }
      const after = async () => {
        const now = await read(invoiceId, call);
        return now === undefined || now.status === 'draft' ? 'absent' as const : invoiceOf(now);
      };
      return made(async () => invoiceOf(await asked(sdk(call).invoices.finalizeInvoice(invoiceId, { auto_advance: false }, { idempotencyKey: key }), InvoiceShape, true)), after);
    },
    send: async ({ invoiceId }, key, call) => invoiceOf(await asked(sdk(call).invoices.sendInvoice(invoiceId, {}, { idempotencyKey: key }), InvoiceShape, true)),
    async readInvoice(id, call) {
      const found = await read(id, call);
      return found === undefined ? undefined : invoiceOf(found);
    },
  };
  return { invoicing: tool };
};

/** What was made; where the key is spent on a failure of Stripe's own, what there is of it, or a refusal that lets a retry begin anew. */
async function made<T extends object>(send: () => Promise<T>, lookUp: () => Promise<T | 'absent' | 'unknown'>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof StripeFault) || !error.isSpent) throw error;
    const found = await lookUp();
    if (typeof found === 'object') return found;
    if (found === 'unknown') throw error;
    throw new ConnectorError('stripe', 'rejected', 'stripe: failed inside and made nothing; retry.', { cause: error });
  }
}

async function orNothing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StripeFault && error.code === 'resource_missing') return undefined;
    throw error;
  }
}

function toleratedRefusal(error: unknown): undefined {
  if (error instanceof ConnectorError && error.kind === 'rejected') return undefined;
  throw error;
}

function refused(words: string): ConnectorError {
  return new ConnectorError('stripe', 'rejected', `stripe: ${words}`);
}
