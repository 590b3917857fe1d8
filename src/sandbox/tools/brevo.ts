import { z } from 'zod';
import { BrevoAccount, type BrevoContact } from './brevo-account.ts';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface BrevoStandInOptions {
  /** Addresses that are blocklisted from the start. */
  readonly blocklisted?: readonly string[];
  /** How many times an import is looked at before it is done. */
  readonly looks?: number;
  /** How many imports fail before one succeeds. */
  readonly failures?: number;
}

const KEY = 'xkeysib-sandbox';

/** Brevo's API as far as lists, imports and email campaigns go: one list `7`. */
export function brevoStandIn({ blocklisted = [], looks = 1, failures = 0 }: BrevoStandInOptions = {}): StandIn & { readonly account: BrevoAccount } {
  const account = new BrevoAccount(blocklisted, looks, failures);
  return {
    name: 'brevo',
    stands: 'api.brevo.com',
    account,
    env: (url) => ({ BREVO_BASE_URL: `${url}/v3`, BREVO_API_KEY: KEY }),
    answer: (request) => answerTo(request, account),
    tooMany: () => ({ ...refusal(429, 'too_many_requests', 'You have reached the limit of requests.'), headers: { 'x-sib-ratelimit-limit': '10', 'x-sib-ratelimit-remaining': '0', 'x-sib-ratelimit-reset': '1' } }),
    broken: () => refusal(500, 'internal_error', 'Internal server error'),
    save: () => account.saved(),
    load: (saved) => account.load(saved),
  };
}

function answerTo(request: ToolRequest, account: BrevoAccount): ToolAnswer {
  const path = request.path.replace(/^\/v3/, '');
  // Reports lie elsewhere and take no key.
  const report = /^\/reports\/(\d+)\.csv$/.exec(request.path)?.[1];
  if (report !== undefined) return { status: 200, body: `EMAIL\n${account.invalidOf(Number(report)).join('\n')}\n`, type: 'text/csv' };
  if (request.headers['api-key'] === undefined) return refusal(401, 'unauthorized', 'authentication not found in headers');
  if (request.headers['api-key'] !== KEY) return refusal(401, 'unauthorized', 'Key not found');
  const id = Number(/\/(\d+)(?:\/|$)/.exec(path)?.[1] ?? '0');
  switch (`${request.method} ${path.replace(/\/\d+(?=\/|$)/, '/{id}')}`) {
    case 'POST /contacts/import': return importContacts(request, account);
    case 'GET /processes/{id}': return processOf(request, account, id);
    case 'GET /contacts/lists/{id}/contacts': return members(request, account, id);
    case 'POST /emailCampaigns': return create(request, account);
    case 'GET /emailCampaigns': {
      const campaigns = account.campaigns().toReversed().slice(0, Number(request.query.get('limit') ?? '50'));
      return { status: 200, body: campaigns.length === 0 ? { count: 0 } : { count: campaigns.length, campaigns } };
    }
    case 'GET /emailCampaigns/{id}': {
      const campaign = account.campaigns().find((one) => one.id === id);
      return campaign === undefined ? NOT_FOUND : { status: 200, body: campaign };
    }
    case 'POST /emailCampaigns/{id}/sendNow': {
      const end = account.send(id);
      return end === 'sent' ? { status: 204, changed: `sent ${String(id)}` } : end === 'gone' ? NOT_FOUND : refusal(400, 'campaign_processing', 'Campaign is already sent.');
    }
    default: return refusal(404, 'invalid_route', 'Route not found');
  }
}

/** developers.brevo.com/reference/import-contacts */
const Import = z.strictObject({
  jsonBody: z.array(z.strictObject({ email: z.string(), attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional() })).min(1),
  listIds: z.array(z.number().int()).min(1),
  updateExistingContacts: z.boolean().optional(), emptyContactsAttributes: z.boolean().optional(), emailBlacklist: z.boolean().optional(), smsBlacklist: z.boolean().optional(),
  disableNotification: z.boolean().optional(), notifyUrl: z.string().optional(),
});

function importContacts(request: ToolRequest, account: BrevoAccount): ToolAnswer {
  const read = Import.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  if (request.body.length > 10 * 1024 * 1024) return refusal(400, 'invalid_parameter', 'jsonBody is larger than 10 MB');
  const unknown = read.data.listIds.find((list) => !account.has(list));
  if (unknown !== undefined) return refusal(400, 'invalid_parameter', `List ${String(unknown)} does not exist`);
  const processId = account.take(read.data.listIds, read.data.jsonBody as readonly BrevoContact[], read.data.updateExistingContacts ?? true);
  return { status: 202, changed: `import ${String(processId)}`, body: { processId } };
}

function processOf(request: ToolRequest, account: BrevoAccount, id: number): ToolAnswer {
  const status = account.look(id);
  if (status === undefined) return NOT_FOUND;
  const invalidEmails = status === 'completed' && account.invalidOf(id).length > 0 ? `${request.url}/reports/${String(id)}.csv` : '';
  return { status: 200, body: { id, name: 'IMPORTUSER', status, ...(status === 'completed' ? { info: { import: { invalid_emails: invalidEmails, duplicate_contact_id: '', duplicate_email_id: '', duplicate_phone_id: '' } } } : {}) } };
}

function members(request: ToolRequest, account: BrevoAccount, list: number): ToolAnswer {
  if (!account.has(list)) return NOT_FOUND;
  const [limit, offset] = [Number(request.query.get('limit') ?? '50'), Number(request.query.get('offset') ?? '0')];
  if (!(limit >= 1 && limit <= 500)) return refusal(400, 'out_of_range', 'Limit exceeds max value');
  const all = account.membersOf(list);
  return { status: 200, body: { contacts: all.slice(offset, offset + limit), count: all.length } };
}

const Campaign = z.strictObject({
  name: z.string().min(1), subject: z.string().min(1), sender: z.strictObject({ name: z.string(), email: z.email() }), htmlContent: z.string().min(10),
  recipients: z.strictObject({ listIds: z.array(z.number().int()).min(1) }), replyTo: z.email().optional(), previewText: z.string().optional(),
});

function create(request: ToolRequest, account: BrevoAccount): ToolAnswer {
  const read = Campaign.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  const id = account.draft(read.data);
  return { status: 201, changed: `drafted ${String(id)}`, body: { id } };
}

const NOT_FOUND = refusal(404, 'document_not_found', 'Object does not exist');

function invalid(error: z.ZodError): ToolAnswer {
  const [issue] = error.issues;
  return refusal(400, 'invalid_parameter', `${issue?.path.map(String).join('.') ?? 'body'} is not valid: ${issue?.message ?? ''}`);
}

function refusal(status: number, code: string, message: string): ToolAnswer {
  return { status, body: { code, message } };
}
