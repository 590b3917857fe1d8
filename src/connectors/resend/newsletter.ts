import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { Added, ListPerson, ListRequest, StandingPage } from '../newsletter.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { type AskResend, read, SERVICE } from './ask.ts';
import { resendMailings } from './broadcasts.ts';
import { GuardedResend } from './guarded.ts';
import type { ResendSettings } from './settings.ts';

/**
 * Contacts and segments (resend.com/docs/api-reference/contacts/create-contact-import). A file of contacts is imported into a segment; the import says
 * nothing of `unsubscribed` and opts nobody into a topic, so that who left stays so. It names nobody whom it refused: the segment
 * shows who is there, and who has unsubscribed.
 */
export const openResend: OpenTool<ResendSettings> = ({ apiKey, baseUrl }, context) => {
  const http = context.http({ service: SERVICE, timeoutMs: 60_000, rates: RATE_FORMS.resend });
  const secret = context.secret(apiKey);
  const ask: AskResend = async (call, request) => {
    const key = secret();
    if (key === '') throw new ConnectorError(SERVICE, 'unauthorized', 'resend: no API key is configured');
    await call.pace(1);
    const { data } = await request(new GuardedResend(key, baseUrl.replace(/\/+$/, ''), http), call.signal === undefined ? {} : { signal: call.signal });
    return data;
  };
  return {
    newsletter: {
      service: SERVICE,
      most: 10_000,
      add: (request, call) => importContacts(ask, request, call),
      progress: (job, call) => progress(ask, job, call),
      standings: ({ list }, cursor, call) => standings(ask, list, cursor, call),
      mailings: resendMailings(ask),
    },
  };
};

async function importContacts(ask: AskResend, { list, people }: ListRequest, call: ToolCall): Promise<Added> {
  const keys = [...new Set(people.flatMap(({ fields }) => Object.keys(fields)))];
  const properties = Object.fromEntries(keys.map((key) => [key, { column: key, type: typeOf(people, key) }]));
  const data = await ask(call, (resend, options) => resend.contacts.imports.create({
    file: new File([csvOf(people, keys)], 'contacts.csv', { type: 'text/csv' }),
    columnMap: { email: 'email', firstName: 'first_name', lastName: 'last_name', ...(keys.length === 0 ? {} : { properties }) },
    onConflict: 'upsert', segments: [{ id: list }],
  }, options));
  return { state: 'under way', job: read(Id, data, 'an import').id };
}

function csvOf(people: readonly ListPerson[], keys: readonly string[]): string {
  const rows = people.map(({ email, firstName = '', lastName = '', fields }) => [email, firstName, lastName, ...keys.map((key) => String(fields[key] ?? ''))]);
  return [['email', 'first_name', 'last_name', ...keys], ...rows].map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
}

function typeOf(people: readonly ListPerson[], key: string): 'string' | 'number' | 'boolean' {
  const types = new Set(people.flatMap(({ fields }) => (fields[key] === undefined ? [] : [typeof fields[key]])));
  const [only] = types;
  return types.size === 1 && (only === 'number' || only === 'boolean') ? only : 'string';
}

async function progress(ask: AskResend, job: string, call: ToolCall): Promise<Added> {
  const { status, counts } = read(Import, await ask(call, (resend, options) => resend.contacts.imports.get(job, options)), 'an import');
  if (status === 'failed') return { state: 'failed', says: `the import ended as “${status}”` };
  if (status !== 'completed') return { state: 'under way', job };
  return { state: 'done', refused: [], already: [], unnamed: counts.failed + counts.skipped };
}

async function standings(ask: AskResend, list: string, cursor: string | undefined, call: ToolCall): Promise<StandingPage> {
  const page = read(Contacts, await ask(call, (resend, options) => resend.contacts.list({ segmentId: list, limit: PAGE, ...(cursor === undefined ? {} : { after: cursor }) }, options)), 'a segment');
  return { members: page.data.map(({ email, unsubscribed }) => ({ email: email.toLowerCase(), unsubscribed })), next: page.has_more ? page.data.at(-1)?.id : undefined };
}

/** As many as Resend gives at once. */
const PAGE = 100;

const Id = z.looseObject({ id: z.string().min(1) });
const Import = z.looseObject({ status: z.string(), counts: z.looseObject({ failed: z.number().catch(0), skipped: z.number().catch(0) }).nullish().transform((counts) => counts ?? { failed: 0, skipped: 0 }) });
const Contacts = z.looseObject({ data: z.array(z.looseObject({ id: z.string(), email: z.string(), unsubscribed: z.boolean() })), has_more: z.boolean() });
