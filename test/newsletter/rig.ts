import type { CommonInput } from '../../src/config/common.ts';
import { secret } from '../../src/config/secret.ts';
import { mailchimp } from '../../src/connectors/mailchimp/index.ts';
import { mailchimpStandIn } from '../../src/sandbox/tools/mailchimp/index.ts';
import { type Recipient, recipientsOf } from '../../src/store/newsletter-ends.ts';
import { newsletter, type NewsletterInput } from '../../src/workflows/newsletter/index.ts';
import { type Ending, type PreparedStack, startPrepared } from '../harness/prepared.ts';
import type { StackOptions } from '../harness/stack.ts';
import { readersView } from './readers.ts';

export const LIST = 'a6b5da1054';
export const confirm = { to: 'marketing@acme.example', from: 'Sluice <sluice@acme.example>' } as const;
export const mailing = { subject: 'News of {day}', html: '<p>Hi *|FNAME|*, <a href="*|UNSUB|*">leave</a></p>', from: 'Acme <news@acme.example>' } as const;

/** A stack with newsletters to Mailchimp, on a workspace that `sluice setup` has prepared. */
export interface NewsletterStack extends PreparedStack {
  readonly mailchimp: ReturnType<typeof mailchimpStandIn>;
  /** A saved view of the people whose job title is `reader`; answers its id. */
  view(name?: string): string;
  /** Makes a reader; answers the id. */
  reader(name: string, fields?: Readonly<Record<string, unknown>>): string;
  /** Starts an integration and waits until it has ended; answers how. */
  begin(integration?: string, body?: object): Promise<Ending>;
  /** Everybody the last start was about: name and how they ended. */
  recipients(): Promise<readonly Recipient[]>;
  campaigns(): readonly Readonly<Record<string, unknown>>[];
}

function mailchimpConnection(env: NodeJS.ProcessEnv) {
  return { mailchimp: mailchimp({ apiKey: secret('MAILCHIMP_API_KEY'), baseUrl: env['MAILCHIMP_BASE_URL']! }) };
}

export async function startNewsletters(
  integrations: Readonly<Record<string, Partial<NewsletterInput & CommonInput>>>, options: StackOptions & { readonly members?: Parameters<typeof mailchimpStandIn>[0] } = {}, parts?: readonly ('dispatcher' | 'worker')[],
): Promise<NewsletterStack> {
  const standIn = mailchimpStandIn(options.members);
  const stack = await startPrepared({
    ...options, tools: [standIn, ...(options.tools ?? [])],
    connections: (env) => ({ ...mailchimpConnection(env), ...(typeof options.connections === 'function' ? options.connections(env) : {}) }),
    integrations: Object.fromEntries(Object.entries(integrations).map(([name, settings]) => [name, newsletter({ view: 'Readers', tool: 'mailchimp', list: LIST, confirm, ...settings })])),
  }, parts);
  let starts = 0;
  let lastEvent = '';
  return {
    ...stack,
    mailchimp: standIn,
    view: (name = 'Readers') => readersView(stack.twenty, name),
    reader: (name, fields) => stack.make('people', { name: { firstName: name, lastName: 'Reader' }, emails: { primaryEmail: `${name}@acme.example` }, jobTitle: 'reader', ...fields }),
    async begin(integration = 'monthly', body = {}) {
      const answer = await fetch(`${stack.gatewayUrl}/triggers/${integration}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: `start-${String(starts += 1)}`, ...body }) });
      ({ eventId: lastEvent } = (await answer.json()) as { eventId: string });
      await stack.quiet(120_000);
      const { rows } = await stack.database.pool.query<Ending>('select action, state, code, reason from deliveries where event_id = $1', [lastEvent]);
      return rows[0]!;
    },
    recipients: () => recipientsOf(stack.database, lastEvent, undefined, 100_000),
    campaigns: () => stack.twenty.records('campaigns'),
  };
}
