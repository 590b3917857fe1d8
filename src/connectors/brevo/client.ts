import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpClient } from '../http/client.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import { added, type Added, type ListPerson, type ListRequest, type Refused, type StandingPage } from '../newsletter.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { type Ask, asker, listId, SERVICE } from './calls.ts';
import type { BrevoSettings } from './index.ts';
import { brevoMailings } from './mailings.ts';

/**
 * Brevo's lists (developers.brevo.com/reference/import-contacts, get-process, get-contacts-from-list). Contacts come in by an import that Brevo works
 * off by itself. Who is blocklisted stays so: the import never says otherwise, and the list tells who they are.
 */
export const openBrevo: OpenTool<BrevoSettings> = (settings, context) => {
  const http = context.http({ service: SERVICE, timeoutMs: 60_000, rates: RATE_FORMS.brevo });
  const ask = asker(http, settings, context);
  return {
    newsletter: {
      service: SERVICE,
      // Brevo recommends at most 8 MB for an import; a contact with many fields has a kilobyte.
      most: 5_000,
      add: (request, call) => importContacts(ask, request, call),
      progress: (job, call) => progress(http, ask, job, call),
      standings: ({ list }, cursor, call) => standings(ask, list, cursor, call),
      mailings: brevoMailings(ask),
    },
  };
};

async function importContacts(ask: Ask, { list, people }: ListRequest, call: ToolCall): Promise<Added> {
  const body = { listIds: [listId(list)], jsonBody: people.map(contactOf), updateExistingContacts: true, emptyContactsAttributes: false, disableNotification: true };
  const { processId } = await ask({ method: 'POST', path: '/contacts/import', body, answer: Accepted }, call);
  return { state: 'under way', job: String(processId) };
}

function contactOf({ email, firstName, lastName, fields }: ListPerson): object {
  return { email, attributes: { ...(firstName === undefined ? {} : { FIRSTNAME: firstName }), ...(lastName === undefined ? {} : { LASTNAME: lastName }), ...fields } };
}

/** Reports of a finished import are CSV files at addresses of their own, which take no key. */
async function progress(http: HttpClient, ask: Ask, job: string, call: ToolCall): Promise<Added> {
  const { status, info } = await ask({ method: 'GET', path: `/processes/${encodeURIComponent(job)}`, answer: Process }, call);
  if (/fail|cancel|error/i.test(status)) return { state: 'failed', says: `the import ended as “${status}”` };
  if (status !== 'completed') return { state: 'under way', job };
  const refused: Refused[] = [];
  for (const [report, url] of Object.entries(info?.import ?? {})) {
    if (typeof url !== 'string' || url === '') continue;
    await call.pace(1, { midway: true });
    const answer = await http.send({ method: 'GET', url, signal: call.signal });
    if (answer.status !== 200) throw new ConnectorError(SERVICE, answer.status >= 500 ? 'unavailable' : 'rejected', `brevo: the report ${report} of import ${job} cannot be read (${String(answer.status)})`);
    for (const email of new Set(answer.text().match(/[^\s;,"<>]+@[^\s;,"<>]+/g) ?? [])) refused.push({ email: email.toLowerCase(), why: 'refused', says: REPORTS[report] ?? report.replaceAll('_', ' ') });
  }
  return added(refused);
}

const REPORTS: Readonly<Record<string, string>> = {
  invalid_emails: 'is no valid address to Brevo',
  duplicate_email_id: 'is the address of another contact',
  duplicate_phone_id: 'has the phone number of another contact',
  duplicate_contact_id: 'clashes with another contact',
};

async function standings(ask: Ask, list: string, cursor = '0', call: ToolCall): Promise<StandingPage> {
  const offset = Number(cursor);
  const { contacts, count } = await ask({ method: 'GET', path: `/contacts/lists/${String(listId(list))}/contacts`, query: { limit: PAGE, offset, sort: 'asc' }, answer: Contacts }, call);
  const read = offset + contacts.length;
  return {
    members: contacts.flatMap(({ email, emailBlacklisted }) => (email === undefined ? [] : [{ email: email.toLowerCase(), unsubscribed: emailBlacklisted }])),
    next: contacts.length > 0 && read < count ? String(read) : undefined,
  };
}

const PAGE = 500;

const Accepted = z.looseObject({ processId: z.number() });
const Process = z.looseObject({ status: z.string(), info: z.looseObject({ import: z.record(z.string(), z.unknown()).optional() }).nullish() });
const Contacts = z.looseObject({ contacts: z.array(z.looseObject({ email: z.string().optional(), emailBlacklisted: z.boolean().catch(false) })), count: z.number() });
