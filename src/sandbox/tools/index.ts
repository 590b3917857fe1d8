import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { bodyOf } from '../request-body.ts';
import { ToolFaults } from './faults.ts';
import { overviewPage } from './overview-page.ts';
import type { StandIn, ToolAnswer, ToolCallRecord, ToolRequest } from './stand-in.ts';

export type { StandIn, ToolRequest } from './stand-in.ts';

export interface SandboxToolsOptions {
  /** 0 or left out: any free port. */
  readonly port?: number;
  /** What the stand-ins hold is kept here; in memory when left out. */
  readonly dataDir?: string;
  readonly now?: () => number;
}

export interface SandboxTools {
  readonly url: string;
  /** The address of one stand-in, `http://127.0.0.1:PORT/hunter`. */
  urlOf(tool: string): string;
  /** What the environment must say for Sluice to speak to all of them. */
  readonly env: Readonly<Record<string, string>>;
  /** Every call, in order. */
  readonly ledger: readonly ToolCallRecord[];
  /** The calls of one tool that changed something. */
  changesOf(tool: string): readonly ToolCallRecord[];
  readonly faults: ToolFaults;
  close(): Promise<void>;
}

/** Stand-ins for the tools around Twenty, behind one address. Control: `GET /` shows them, `GET /sandbox/ledger`, `POST /sandbox/faults`. */
export async function startSandboxTools(standIns: readonly StandIn[], options: SandboxToolsOptions = {}): Promise<SandboxTools> {
  const now = options.now ?? Date.now;
  const ledger: ToolCallRecord[] = [];
  const faults = new ToolFaults();
  const byName = new Map(standIns.map((one) => [one.name, one]));
  for (const one of standIns) load(options.dataDir, one);

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const body = await bodyOf(request);
    const [, name = '', rest = '/'] = /^\/([^/]*)(\/.*)?$/.exec(url.pathname) ?? [];
    const standIn = byName.get(name);
    if (standIn === undefined) return send(response, control(request.method ?? 'GET', url.pathname, body));
    const asked = requestOf(request, rest, url, body, `${address()}/${name}`);
    const note = (status: ToolCallRecord['status'], changed?: string): void => {
      ledger.push({ at: new Date(now()).toISOString(), tool: name, method: asked.method, path: `${rest}${blanked(url.searchParams)}`, status, idempotencyKey: asked.headers['idempotency-key'], changed });
    };
    const fault = faults.take(name, rest);
    if (fault === 'hang') return note('hung');
    if (fault === 'error' || fault === 'rate' || fault === 'unauthorized') {
      const spoilt = fault === 'rate' ? standIn.tooMany() : fault === 'error' ? (standIn.broken?.() ?? { status: 500, body: 'Internal Server Error' }) : await standIn.answer(withoutCredentials(asked));
      note(spoilt.status);
      return send(response, spoilt);
    }
    const answer = await standIn.answer(asked);
    if (answer.changed !== undefined) save(options.dataDir, standIn);
    note(fault === 'cut' ? 'cut' : answer.status, answer.changed);
    if (fault === 'cut') return void response.destroy();
    return send(response, fault === 'malformed' ? { status: 200, body: '<html>upstream says hello', type: 'application/json' } : answer);
  }

  function control(method: string, pathname: string, body: string): ToolAnswer {
    if (method === 'GET' && pathname === '/') return { status: 200, body: overviewPage(standIns, ledger), type: 'text/html; charset=utf-8' };
    if (method === 'GET' && pathname === '/sandbox/ledger') return { status: 200, body: { data: ledger } };
    if (method === 'POST' && pathname === '/sandbox/faults') {
      return faults.fromJson(body) ? { status: 204 } : { status: 400, body: { message: 'Send {"tool": "hunter", "kind": "error" | "hang" | "cut" | "rate" | "unauthorized" | "malformed", "count": 1}.' } };
    }
    return { status: 404, body: { message: `There is no stand-in here. Known are ${[...byName.keys()].join(', ')}.` } };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const url = address();
  return {
    url,
    urlOf: (tool) => `${url}/${tool}`,
    env: Object.assign({}, ...standIns.map((one) => one.env(`${url}/${one.name}`))) as Readonly<Record<string, string>>,
    ledger,
    changesOf: (tool) => ledger.filter((call) => call.tool === tool && call.changed !== undefined),
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function requestOf(request: IncomingMessage, rest: string, url: URL, body: string, own: string): ToolRequest {
  const headers = Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(', ')]])));
  const json = (): unknown => {
    try {
      return JSON.parse(body) as unknown;
    } catch {
      return undefined;
    }
  };
  return { method: request.method ?? 'GET', path: rest, query: url.searchParams, headers, body, json, url: own };
}

const CREDENTIALS = /key|token|auth|secret|password/i;

function withoutCredentials(request: ToolRequest): ToolRequest {
  const query = new URLSearchParams([...request.query].filter(([name]) => !CREDENTIALS.test(name)));
  return { ...request, query, headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !CREDENTIALS.test(name))) };
}

function blanked(query: URLSearchParams): string {
  const shown = new URLSearchParams([...query].map(([name, value]) => [name, CREDENTIALS.test(name) ? '…' : value] as [string, string])).toString();
  return shown === '' ? '' : `?${shown}`;
}

function load(dataDir: string | undefined, standIn: StandIn): void {
  if (dataDir === undefined || standIn.load === undefined) return;
  const file = path.join(dataDir, `${standIn.name}.json`);
  if (existsSync(file)) standIn.load(JSON.parse(readFileSync(file, 'utf8')));
}

function save(dataDir: string | undefined, standIn: StandIn): void {
  if (dataDir === undefined || standIn.save === undefined) return;
  mkdirSync(dataDir, { recursive: true });
  const file = path.join(dataDir, `${standIn.name}.json`);
  writeFileSync(`${file}.draft`, JSON.stringify(standIn.save()));
  renameSync(`${file}.draft`, file);
}

function send(response: ServerResponse, { status, body, type, headers = {} }: ToolAnswer): void {
  const isText = typeof body === 'string';
  const security = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'", 'x-content-type-options': 'nosniff' };
  response.writeHead(status, { ...(body === undefined ? {} : { 'content-type': type ?? (isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8') }), ...security, ...headers });
  const text = body === undefined ? undefined : isText ? body : JSON.stringify(body);
  response.end(text !== undefined && headers['content-encoding'] === 'gzip' ? gzipSync(text) : text);
}
