import { z } from 'zod';
import type { StandIn, ToolAnswer, ToolRequest } from '../stand-in.ts';
import { Audiences, type MemberStatus } from './audiences.ts';
import { campaignAnswer } from './campaigns.ts';
import { invalid, NOT_FOUND, problem } from './problem.ts';

export interface MailchimpStandInOptions {
  /** Members from the start: address to status, in the audience `a6b5da1054`. */
  readonly members?: Readonly<Record<string, MemberStatus>>;
}

const KEY = 'mc-sandbox-us21';

/** Mailchimp's Marketing API as far as lists, tags and campaigns go: one audience `a6b5da1054` with the tag `49377`. */
export function mailchimpStandIn({ members = {} }: MailchimpStandInOptions = {}): StandIn & { readonly audiences: Audiences } {
  const audiences = new Audiences(members);
  return {
    name: 'mailchimp',
    stands: 'us21.api.mailchimp.com',
    audiences,
    env: (url) => ({ MAILCHIMP_BASE_URL: `${url}/3.0`, MAILCHIMP_API_KEY: KEY }),
    answer: (request) => answerTo(request, audiences),
    tooMany: () => problem(429, 'Too Many Requests', 'You have exceeded the limit of 10 simultaneous connections.'),
    broken: () => problem(500, 'Internal Server Error', 'An unexpected internal error has occurred. Please contact Support for more information.'),
    save: () => audiences.saved(),
    load: (saved) => audiences.load(saved),
  };
}

function answerTo(request: ToolRequest, audiences: Audiences): ToolAnswer {
  const [, credentials = ''] = /^basic\s+(.+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  if (credentials === '') return problem(401, 'API Key Missing', 'Your request did not include an API key.');
  if (Buffer.from(credentials, 'base64').toString().split(':')[1] !== KEY) return problem(401, 'API Key Invalid', "Your API key may be invalid, or you've attempted to access the wrong datacenter.");
  const path = request.path.replace(/^\/3\.0/, '');
  if (path.startsWith('/campaigns')) return campaignAnswer(request, path, audiences);
  const [, list = '', rest = ''] = /^\/lists\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  if (!audiences.has(list)) return NOT_FOUND;
  const route = `${request.method} ${rest.replace(/\/\d+$/, '/{id}')}`;
  if (route === 'POST ') return subscribe(request, list, audiences);
  if (route === 'GET /members') return membersPage(request, list, audiences);
  if (route === 'POST /segments/{id}') return tag(request, list, /\d+$/.exec(rest)![0], audiences);
  return NOT_FOUND;
}

/** mailchimp.com/developer/marketing/api/lists/batch-subscribe-or-unsubscribe */
const Subscribe = z.strictObject({
  members: z.array(z.strictObject({
    email_address: z.string(), status: z.enum(['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']),
    email_type: z.string().optional(), merge_fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(), tags: z.array(z.string()).optional(),
  })).max(500, { error: 'Schema describes at most 500 items' }),
  sync_tags: z.boolean().optional(),
  update_existing: z.boolean().optional(),
});

function subscribe(request: ToolRequest, list: string, audiences: Audiences): ToolAnswer {
  const read = Subscribe.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  const { members, update_existing: updates = false } = read.data;
  const ends = members.map(({ email_address: email, status, merge_fields: fields }) => audiences.subscribe(list, email, { status: status as MemberStatus, fields: fields ?? {} }, updates));
  const made = ends.filter((end) => 'created' in end);
  const errors = ends.flatMap((end) => ('error' in end ? [end.error] : []));
  return {
    status: 200, changed: `subscribed ${String(made.length)}`,
    body: {
      new_members: made.filter(({ created }) => created).map(({ member }) => member), updated_members: made.filter(({ created }) => !created).map(({ member }) => member), errors,
      total_created: made.filter(({ created }) => created).length, total_updated: made.filter(({ created }) => !created).length, error_count: errors.length, _links: [],
    },
  };
}

function membersPage(request: ToolRequest, list: string, audiences: Audiences): ToolAnswer {
  const [count, offset] = [Number(request.query.get('count') ?? '10'), Number(request.query.get('offset') ?? '0')];
  if (!(count >= 1 && count <= 1_000)) return problem(400, 'Bad Request', 'count must be at most 1000');
  const all = audiences.membersOf(list).filter(({ status }) => request.query.get('status') === null || status === request.query.get('status'));
  return { status: 200, body: { members: all.slice(offset, offset + count), list_id: list, total_items: all.length } };
}

const Tag = z.strictObject({ members_to_add: z.array(z.string()).max(500).optional(), members_to_remove: z.array(z.string()).max(500).optional() });

function tag(request: ToolRequest, list: string, segment: string, audiences: Audiences): ToolAnswer {
  const read = Tag.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  const ends = audiences.tag(list, segment, read.data.members_to_add ?? []);
  if (ends === undefined) return NOT_FOUND;
  const errors = ends.unknown.length === 0 ? [] : [{ email_addresses: ends.unknown, error: 'Email addresses do not exist on the list.' }];
  return { status: 200, changed: `tagged ${String(ends.tagged.length)}`, body: { members_added: ends.tagged, members_removed: [], errors, total_added: ends.tagged.length, total_removed: 0, error_count: errors.length, _links: [] } };
}
