import type { StandIn, ToolAnswer, ToolRequest } from '../stand-in.ts';
import { batchAnswer } from './batch.ts';
import { Crm, OBJECTS } from './crm.ts';
import { objectAnswer } from './objects.ts';
import { refused, tooMany } from './refusal.ts';
import type { CrmOptions } from './row.ts';
import { searchAnswer } from './search.ts';
import { Sequences } from './sequences.ts';

export { webhookSender } from './webhooks.ts';

export interface HubspotOptions extends CrmOptions {
  /** Numbers of the sequences that there are. */
  readonly sequences?: readonly string[];
  /** Contacts that are there already. */
  readonly contacts?: readonly { readonly email: string; readonly optedOut?: boolean; readonly bounced?: boolean; readonly sequenceId?: string }[];
  /** Searches that the account takes in any second. */
  readonly searchesPerSecond?: number;
}

export interface HubspotStandIn extends StandIn {
  /** Its records, and what people do with them. */
  readonly crm: Crm;
  /** The addresses that were enrolled in a sequence, in that order. */
  enrolled(sequenceId: string): readonly string[];
}

const KEY = 'hubspot-sandbox-token';

/** developers.hubspot.com: contacts, companies and deals one by one, in batches and by search, and enrolments in sequences. */
export function hubspotStandIn({ sequences = ['123456789', '123456790'], contacts = [], searchesPerSecond = 5, ...options }: HubspotOptions = {}): HubspotStandIn {
  const crm = new Crm(options);
  const enrolments = new Sequences(sequences, crm);
  for (const { email, optedOut = false, bounced = false, sequenceId } of contacts) {
    const id = crm.make('contacts', { email });
    crm.mark('contacts', id, { hs_email_optout: optedOut ? 'true' : null, hs_email_hard_bounce_reason_enum: bounced ? 'UNKNOWN_USER' : null });
    if (sequenceId !== undefined) enrolments.put(id, sequenceId);
  }
  let searches: number[] = [];

  function search(object: string, request: ToolRequest): ToolAnswer {
    searches = searches.filter((at) => at > Date.now() - 1_000);
    if (searches.length >= searchesPerSecond) return tooMany('SECONDLY');
    searches.push(Date.now());
    return searchAnswer(object, request.json(), crm);
  }

  function crmAnswer(request: ToolRequest): ToolAnswer | undefined {
    const [, part, name = '', rest = ''] = /^\/crm\/v3\/(objects|properties)\/([^/]+)(\/.*)?$/.exec(request.path) ?? [];
    if (name === '') return undefined;
    const object = OBJECTS.find((one) => one === name);
    if (object === undefined) return refused(400, 'VALIDATION_ERROR', `Unable to infer object type from: ${name}`);
    if (part === 'properties') return request.method === 'GET' && rest === '' ? { status: 200, body: { results: crm.properties(object) } } : undefined;
    if (request.method === 'POST' && rest === '/search') return search(object, request);
    const verb = /^\/batch\/(\w+)$/.exec(rest)?.[1];
    return request.method === 'POST' && verb !== undefined ? batchAnswer(request, object, verb, crm) : objectAnswer(request, object, rest, crm);
  }

  return {
    name: 'hubspot',
    stands: 'api.hubapi.com',
    crm,
    env: (url) => ({ HUBSPOT_BASE_URL: url, HUBSPOT_ACCESS_TOKEN: KEY }),
    enrolled: (sequenceId) => enrolments.enrolled(sequenceId),
    answer(request) {
      if (request.headers['authorization'] !== `Bearer ${KEY}`) return refused(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
      return crmAnswer(request) ?? enrolments.answer(request) ?? { status: 404, body: 'Not found' };
    },
    tooMany: () => tooMany('TEN_SECONDLY_ROLLING'),
    broken: () => ({ status: 500, body: { status: 'error', message: 'internal error', correlationId: 'aeb5f871-7f07-4993-9211-075dc63e7cbf' } }),
    save: () => ({ crm: crm.saved(), enrolments: enrolments.saved() }),
    load: (saved) => {
      const read = saved as { crm: unknown; enrolments: unknown };
      crm.load(read.crm);
      enrolments.load(read.enrolments);
    },
  };
}
