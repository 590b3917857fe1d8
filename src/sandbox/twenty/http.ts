import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { Sabotage } from './faults.ts';

const maxBodyBytes = 10 * 1024 * 1024;

/** A body as Express would hand it on: parsed when it says it is JSON, the bare text otherwise, undefined when empty. */
export type Body = { readonly kind: 'read'; readonly value: unknown } | { readonly kind: 'refused'; readonly answer: Answer };

export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size > maxBodyBytes) return { kind: 'refused', answer: { status: 500, body: 'request entity too large' } };
  if (size === 0) return { kind: 'read', value: undefined };
  const text = Buffer.concat(chunks).toString('utf8');
  if (!/^application\/(json|.*\+json)\b/i.test(request.headers['content-type'] ?? '')) return { kind: 'read', value: text };
  try {
    return { kind: 'read', value: JSON.parse(text) as unknown };
  } catch (error) {
    return { kind: 'refused', answer: { status: 400, body: { message: (error as Error).message, error: 'Bad Request', statusCode: 400 } } };
  }
}

export function send(response: ServerResponse, answer: Answer): void {
  const text = answer.body === undefined ? '' : answer.contentType !== undefined ? String(answer.body) : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'X-Powered-By': 'Express',
    'Access-Control-Allow-Origin': '*',
    'Content-Type': answer.contentType ?? 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Does to the connection what the fault says. */
export function sabotage(response: ServerResponse, { effect }: Sabotage): void {
  switch (effect.kind) {
    case 'cut':
      response.destroy();
      return;
    case 'hang':
    case 'delay':
      return;
    case 'malformed':
      send(response, { status: 200, body: '{"data":{"', contentType: 'application/json; charset=utf-8' });
      return;
    case 'status':
      send(response, { status: effect.status, body: effect.body ?? '', contentType: 'text/html; charset=utf-8' });
  }
}
