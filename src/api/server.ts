import { getRequestListener, RequestError } from '@hono/node-server';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GatewayDeps, GatewayOptions } from './contract.ts';
import { Refusal, refusalBody, type ProblemCode } from './errors.ts';
import { createGateway } from './gateway.ts';

export interface RunningGateway {
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, answers what is under way, then ends; connections still open after `graceMs` are cut. */
  close(graceMs?: number): Promise<void>;
}

const maxHeaderBytes = 16 * 1024;

/** Starts listening; rejects when the port is taken. `port` 0 takes a free one. */
export async function startGateway(
  deps: GatewayDeps,
  options: GatewayOptions & { readonly port: number; readonly host?: string },
): Promise<RunningGateway> {
  let closing = false;
  const app = createGateway(deps, options, () => closing);
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    errorHandler: (error) => plainResponse(error instanceof RequestError ? 'invalid_request' : 'unexpected'),
  });
  const hooks = [...deps.integrations.values()].map(({ useCase, settings }) => useCase.hook?.(settings)?.bodyTimeoutMs ?? 0);
  const bodyTimeoutMs = Math.max(options.bodyTimeoutMs ?? 10_000, ...hooks);
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: 10_000,
      // The routes time bodies themselves, with words; this catches what no route reads.
      requestTimeout: bodyTimeoutMs + 15_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  server.on('clientError', answerClientError);
  await listen(server, options.port, options.host ?? '127.0.0.1');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${urlHost(options.host ?? '127.0.0.1')}:${port}`,
    port,
    close: (graceMs = 10_000) => {
      closing = true;
      return closeServer(server, graceMs);
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Kept-alive connections end as soon as their answer is out. */
function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 25);
    const grace = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(grace);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Requests that never became one: broken HTTP, oversized headers, headers or a body that took too long. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const refusal = new Refusal(clientErrorCode(error.code));
  const body = JSON.stringify(refusalBody(refusal));
  socket.end(
    `HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function clientErrorCode(code: string | undefined): ProblemCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers_too_large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'body_too_slow' : 'invalid_request';
}

function plainResponse(code: ProblemCode): Response {
  const refusal = new Refusal(code);
  return Response.json(refusalBody(refusal), { status: refusal.status, headers: refusal.headers });
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
