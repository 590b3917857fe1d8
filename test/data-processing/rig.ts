import { z } from 'zod';
import type { CommonInput } from '../../src/config/common.ts';
import { secret } from '../../src/config/secret.ts';
import { genericFeed } from '../../src/connectors/generic-feed/index.ts';
import { type FeedStandIn, feedStandIn } from '../../src/sandbox/tools/feed.ts';
import { dataProcessing } from '../../src/workflows/data-processing/index.ts';
import { type Ending, type PreparedStack, startPrepared } from '../harness/prepared.ts';
import type { StackOptions } from '../harness/stack.ts';

export type DataInput = Omit<Parameters<typeof dataProcessing>[0], 'schema'> & Partial<Pick<Parameters<typeof dataProcessing>[0], 'schema'>> & CommonInput;

/** Rows of contacts as most files have them. */
export const contact = z.object({ first: z.string().optional(), last: z.string(), email: z.email(), title: z.string().optional(), company: z.string().optional(), website: z.string().optional() });

/** People by their address, linked to their company; titles are overwritten. */
export const contacts: DataInput = {
  receive: { unauthenticated: true },
  input: { rename: { 'First name': 'first', 'Last name': 'last', 'E-Mail': 'email', Title: 'title', Company: 'company', Website: 'website' } },
  write: {
    object: 'person',
    fields: { firstName: 'first', lastName: 'last', email: 'email', jobTitle: 'title' },
    found: { overwrite: ['jobTitle'] },
    company: { domain: 'website', name: 'company' },
  },
};

/** A stack with the processing of rows as `contacts`. */
export interface DataStack extends Omit<PreparedStack, 'endings'> {
  readonly feed: FeedStandIn;
  /** Posts a body; answers the status and the event's id. */
  post(body: string | Uint8Array, contentType?: string, headers?: Readonly<Record<string, string>>, integration?: string): Promise<{ readonly status: number; readonly eventId: string }>;
  /** How the files ended, in the order in which they came. */
  endings(integration?: string): Promise<readonly Ending[]>;
  /** Rows of an event as the API hands them out. */
  rows(eventId: string, query?: string): Promise<string>;
  people(): readonly Readonly<Record<string, unknown>>[];
  titles(): Readonly<Record<string, unknown>>;
}

export async function startData(settings: DataInput = contacts, options: StackOptions = {}, parts?: readonly ('dispatcher' | 'worker')[]): Promise<DataStack> {
  const feed = feedStandIn();
  const input = { schema: contact, ...settings } as Parameters<typeof dataProcessing>[0];
  const stack = await startPrepared({
    tools: [feed],
    connections: (env) => ({ feed: genericFeed({ url: env['FEED_URL']!, auth: { bearer: secret('FEED_TOKEN') }, path: '/contacts', query: { limit: 2 }, records: 'data.items', etag: 'whole', pages: { by: 'cursor', next: 'meta.next_cursor', param: 'cursor' } }) }),
    ...options,
    integrations: { contacts: dataProcessing(input), ...options.integrations },
  }, parts);
  const people = (): readonly Readonly<Record<string, unknown>>[] => stack.twenty.records('people');
  return {
    ...stack,
    feed,
    people,
    async post(body, contentType = 'text/csv', headers = {}, integration = 'contacts') {
      const answer = await fetch(`${stack.gatewayUrl}/hooks/${integration}`, { method: 'POST', headers: { 'content-type': contentType, ...headers }, body: body as string });
      const json = (await answer.json()) as { eventId?: string; id?: string };
      return { status: answer.status, eventId: json.eventId ?? json.id ?? '' };
    },
    endings: (integration = 'contacts') => stack.endings(integration),
    rows: async (eventId, query = '') => (await fetch(`${stack.gatewayUrl}/events/${eventId}/rows${query}`)).text(),
    titles: () => Object.fromEntries(people().map((person) => [(person['emails'] as { primaryEmail: string }).primaryEmail, person['jobTitle']])),
  };
}

export const csv = (...lines: readonly string[]): string => lines.join('\r\n');
