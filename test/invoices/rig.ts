import type { CommonInput } from '../../src/config/common.ts';
import { secret } from '../../src/config/secret.ts';
import { stripe, stripeWebhook } from '../../src/connectors/stripe/index.ts';
import { STRIPE_WEBHOOK_SECRET, type StripeEvent, type StripeStandIn, stripeStandIn } from '../../src/sandbox/tools/stripe/index.ts';
import { invoices, type InvoicesInput } from '../../src/workflows/invoices/index.ts';
import { type PreparedStack, startPrepared } from '../harness/prepared.ts';
import type { StackOptions } from '../harness/stack.ts';

/** A stack that bills won deals in Stripe's stand-in, as `invoices`, on a workspace that `sluice setup` has prepared. */
export interface BillingStack extends PreparedStack {
  readonly stripe: StripeStandIn;
  /** Makes a deal with company and contact as a signed-in user does; answers its id. */
  deal(fields?: Readonly<Record<string, unknown>>): string;
  company(fields?: Readonly<Record<string, unknown>>): string;
  person(fields: Readonly<Record<string, unknown>>): string;
  win(dealId: string): void;
  shown(dealId: string): Readonly<Record<string, unknown>>;
  ends(dealId?: string): Promise<readonly string[]>;
  /** Posts events as Stripe does, signed and in this order; answers the statuses. */
  post(events: readonly StripeEvent[], integration?: string): Promise<readonly number[]>;
}

export const EUR = (micros: number) => ({ amount: { amountMicros: micros, currencyCode: 'EUR' } });
export const webhook = stripeWebhook({ secret: secret('STRIPE_WEBHOOK_SECRET') });
export const finance = { to: 'finance@acme.example', from: 'Sluice <sluice@acme.example>' };

export async function startBilling(settings: InvoicesInput & CommonInput = {}, options: StackOptions = {}, parts?: readonly ('dispatcher' | 'worker')[]): Promise<BillingStack> {
  const standIn = stripeStandIn();
  const input: InvoicesInput & CommonInput = { settle: { quietSeconds: 0, maxSeconds: 0 }, webhook, finance, ...settings };
  const stack = await startPrepared({
    ...options,
    tools: [standIn, ...(options.tools ?? [])],
    connections: (env) => ({ stripe: stripe({ apiKey: secret('STRIPE_SECRET_KEY'), baseUrl: env['STRIPE_BASE_URL']!, limits: { perSecond: 1000 } }), ...(typeof options.connections === 'function' ? options.connections(env) : options.connections) }),
    integrations: { invoices: invoices(input), ...options.integrations },
  }, parts);
  let companies = 0;
  const company = (fields: Readonly<Record<string, unknown>> = {}): string => stack.make('companies', { name: `Acme ${String((companies += 1))}`, ...fields });
  return {
    ...stack,
    stripe: standIn,
    company,
    person: (fields) => stack.make('people', fields),
    deal(fields = {}) {
      const companyId = 'companyId' in fields ? fields['companyId'] : company();
      const contact = 'pointOfContactId' in fields ? fields['pointOfContactId'] : stack.make('people', { name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: `ann${String(companies += 1)}@acme.example` } });
      return stack.make('opportunities', { name: 'Forty seats', stage: 'PROPOSAL', ...EUR(1_200_500_000), ...fields, companyId, pointOfContactId: contact });
    },
    win: (id) => stack.edit('opportunities', id, { stage: 'CUSTOMER' }),
    shown(id) {
      const record = stack.record('opportunities', id);
      return { id: record['invoiceId'], number: record['invoiceNumber'], url: (record['invoiceUrl'] as { primaryLinkUrl?: string } | null)?.primaryLinkUrl, status: record['invoiceStatus'] };
    },
    ends: async (id) => (await stack.endings('invoices', id)).map(({ state, code }) => `${state} ${String(code)}`),
    async post(events, integration = 'invoices') {
      const statuses: number[] = [];
      for (const event of events) statuses.push(await standIn.post(event, `${stack.gatewayUrl}/hooks/${integration}`, STRIPE_WEBHOOK_SECRET));
      return statuses;
    },
  };
}
