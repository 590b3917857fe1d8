import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from '../request-body.ts';
import { answerTo, type Answer, type ApiRequest } from './api.ts';
import { Audience } from './audience.ts';
import { Faults } from './faults.ts';
import { inboxPage } from './inbox-page.ts';
import { Mailbox, type Mail } from './mailbox.ts';
import { RateWindow } from './rate-window.ts';

export type { Mail } from './mailbox.ts';

export interface SandboxMailOptions {
  /** 0 or left out: any free port. */
  readonly port?: number;
  readonly apiKey?: string;
  /** Mails and idempotency keys are kept here; in memory when left out. */
  readonly dataDir?: string;
  /** Requests a second that are served. */
  readonly ratePerSecond?: number;
  readonly now?: () => number;
}

/** One request to the API as it ended. */
export interface MailCall {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number | 'cut' | 'hung';
  readonly idempotencyKey?: string;
  /** Set when this call made a mail; a repeat has none. */
  readonly mailId?: string;
}

export interface SandboxMail {
  readonly url: string;
  readonly apiKey: string;
  /** Every call to the API, in order. */
  readonly ledger: readonly MailCall[];
  /** What was sent, oldest first. */
  mails(): readonly Mail[];
  /** Contacts with their segments, and broadcasts. */
  readonly audience: Audience;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** A strict stand-in for Resend over HTTP, with an inbox to look at under `/`. Control: `GET /sandbox/mails`, `POST /sandbox/faults`. */
export async function startSandboxMail(options: SandboxMailOptions = {}): Promise<SandboxMail> {
  const { apiKey = 're_sandbox', now = Date.now } = options;
  const mailbox = new Mailbox(options.dataDir, now);
  const audience = new Audience(options.dataDir, now);
  const faults = new Faults();
  const rate = new RateWindow(options.ratePerSecond ?? 5, now);
  const ledger: MailCall[] = [];

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const body = await bodyOf(request);
    if (url.pathname === '/' || url.pathname.startsWith('/sandbox/')) return send(response, control(request.method ?? 'GET', url.pathname, body));
    const asked: ApiRequest = { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers: request.headers, body };
    const idempotencyKey = headerOf(request, 'idempotency-key');
    const note = (status: MailCall['status'], mailId?: string): void => {
      ledger.push({ at: new Date(now()).toISOString(), method: asked.method, path: asked.path, status, idempotencyKey, mailId });
    };
    const fault = faults.take();
    if (fault === 'hang') return note('hung');
    const answer = fault === 'error' ? INTERNAL_ERROR : fault === 'quota' ? QUOTA_USED_UP : await answerTo(asked, { apiKey, mailbox, audience, rate });
    if (fault === 'cut') {
      note('cut', answer.mailId);
      response.destroy();
      return;
    }
    note(answer.status, answer.mailId);
    send(response, answer);
  }

  function control(method: string, path: string, body: string): Answer {
    if (method === 'GET' && path === '/') return { status: 200, body: inboxPage(mailbox.all()), type: 'text/html; charset=utf-8' };
    if (method === 'GET' && path === '/sandbox/mails') return { status: 200, body: { data: mailbox.all() } };
    if (method === 'GET' && path === '/sandbox/ledger') return { status: 200, body: { data: ledger } };
    if (method === 'POST' && path === '/sandbox/faults') return faults.fromJson(body) ? { status: 204 } : { status: 400, body: { message: 'Send {"kind": "error" | "hang" | "cut" | "quota", "count": 1}.' } };
    return { status: 404, body: { message: 'Not found' } };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey,
    ledger,
    mails: () => mailbox.all(),
    audience,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The rate's own headers come along, and say nothing of the quota. */
const QUOTA_USED_UP: Answer = {
  status: 429,
  body: { statusCode: 429, name: 'daily_quota_exceeded', message: 'You have reached your daily email sending quota.' },
  headers: { 'ratelimit-limit': '5', 'ratelimit-remaining': '4', 'ratelimit-reset': '1', 'retry-after': '1' },
};
const INTERNAL_ERROR: Answer = { status: 500, body: { statusCode: 500, name: 'internal_server_error', message: 'An unexpected error occurred.' } };

function send(response: ServerResponse, { status, body, type = 'application/json; charset=utf-8', headers = {} }: Answer): void {
  const security = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'", 'x-content-type-options': 'nosniff' };
  response.writeHead(status, { ...headers, ...(body === undefined ? {} : { 'content-type': type }), ...security });
  response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
}


function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
