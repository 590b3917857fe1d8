import { createHash } from 'node:crypto';
import { METHOD, NOT_FOUND, refusal } from './answers.ts';
import type { Audience } from './audience.ts';
import { broadcastAnswer } from './broadcasts.ts';
import { contactAnswer } from './contacts.ts';
import { problemOf, SendRequest } from './contract.ts';
import type { Mailbox } from './mailbox.ts';
import type { RateWindow } from './rate-window.ts';

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly authorization?: string | undefined; readonly 'content-type'?: string | undefined; readonly 'idempotency-key'?: string | readonly string[] | undefined };
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set when the call made a mail. */
  readonly mailId?: string;
  /** Set when it changed contacts, segments or broadcasts. */
  readonly changed?: boolean;
}

interface Api {
  readonly apiKey: string;
  readonly mailbox: Mailbox;
  readonly audience: Audience;
  readonly rate: RateWindow;
}

/** Resend's answer to a request: names, statuses and order of checks as resend.com/docs/api-reference/errors lists them. */
export async function answerTo(request: ApiRequest, { apiKey, mailbox, audience, rate }: Api): Promise<Answer> {
  const key = /^bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (key === undefined) return refusal(401, 'missing_api_key', 'Missing API Key');
  if (key !== apiKey) return refusal(403, 'invalid_api_key', 'API key is invalid');
  const { allowed, headers } = rate.take();
  if (!allowed) return { ...refusal(429, 'rate_limit_exceeded', 'Too many requests. You can only make 5 requests per second.'), headers };
  const [, root = ''] = request.path.split('/');
  const answer = ROOTS.has(root) ? await contactAnswer(request, audience) : root === 'broadcasts' ? broadcastAnswer(request, audience) : route(request, mailbox);
  if (answer.changed === true) audience.save();
  return { ...answer, headers };
}

const ROOTS = new Set(['contacts', 'segments', 'topics']);

function route(request: ApiRequest, mailbox: Mailbox): Answer {
  const id = /^\/emails\/([^/]+)$/.exec(request.path)?.[1];
  if (request.path === '/emails') return request.method === 'POST' ? send(request, mailbox) : METHOD;
  if (id === undefined) return NOT_FOUND;
  if (request.method !== 'GET') return METHOD;
  const mail = mailbox.find(id);
  return mail === undefined ? refusal(404, 'not_found', 'Email not found') : { status: 200, body: { object: 'email', ...mail, last_event: 'delivered' } };
}

function send(request: ApiRequest, mailbox: Mailbox): Answer {
  const idempotencyKey = request.headers['idempotency-key'];
  if (idempotencyKey !== undefined && (typeof idempotencyKey !== 'string' || idempotencyKey === '' || idempotencyKey.length > 256)) {
    return refusal(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.');
  }
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return refusal(422, 'missing_required_field', 'Missing `to` field.');
  let json: unknown;
  try {
    json = JSON.parse(request.body);
  } catch {
    return refusal(400, 'validation_error', 'The request body is not valid JSON.');
  }
  const fingerprint = createHash('sha256').update(canonical(json)).digest('hex');
  const before = idempotencyKey === undefined ? undefined : mailbox.byKey(idempotencyKey);
  if (before !== undefined) {
    if (before.fingerprint === fingerprint) return { status: 200, body: { id: before.id } };
    return refusal(409, 'invalid_idempotent_request', 'This idempotency key has been used with a different request payload within the last 24 hours.');
  }
  const read = SendRequest.safeParse(json);
  if (!read.success) {
    const { status, name, message } = problemOf(read.error);
    return refusal(status, name, message);
  }
  const mail = mailbox.add(read.data, fingerprint, idempotencyKey);
  return { status: 200, body: { id: mail.id }, mailId: mail.id };
}

/** The same content gives the same text, whatever the order of keys. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const parts = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${parts.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}
