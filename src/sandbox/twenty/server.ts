import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { invalidToken, invalidTokenGraphql, missingToken, revokedKey, revokedKeyGraphql } from './answer.ts';
import type { Answer } from './answer.ts';
import { authenticate } from './authentication.ts';
import { answerControl } from './control.ts';
import { Sabotage } from './faults.ts';
import { answerGraphql, answerWithoutToken } from './graphql-endpoint.ts';
import { readBody, sabotage, send } from './http.ts';
import { answerMetadataGraphql } from './metadata-graphql.ts';
import { answerMetadataRest } from './metadata-rest.ts';
import { answerPage } from './pages.ts';
import { answerPublic } from './public.ts';
import { answerRest } from './rest.ts';
import type { Sandbox } from './sandbox.ts';

/** The request as the endpoints see it. */
export interface Asked {
  readonly method: string;
  /** Without the query, not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export function serveSandbox(sandbox: Sandbox): Server {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    response.setHeader('Date', new Date(sandbox.service.workspace.now()).toUTCString());
    answerRequest(sandbox, request).then(
      (answer) => send(response, answer),
      (error: unknown) => failed(response, error),
    );
  });
  return server;
}

async function answerRequest(sandbox: Sandbox, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const body = await readBody(request);
  const path = url.pathname;
  const graphql = path === '/graphql' || path === '/metadata';
  if (body.kind === 'refused') return body.answer;
  const asked: Asked = { method: request.method ?? 'GET', path, query: url.searchParams, body: body.value };
  const open = (await answerControl(sandbox, asked)) ?? answerPublic(asked) ?? answerPage(sandbox, asked);
  if (open !== undefined) return open;
  if (!graphql && !path.startsWith('/rest/')) return notFound(asked);
  const authentication = authenticate(request.headers, sandbox.apiKey, sandbox.service.faults);
  if (authentication === 'missing') return graphql ? answerWithoutToken(asked.body) : missingToken;
  if (authentication === 'invalid') return graphql ? invalidTokenGraphql : invalidToken;
  if (authentication === 'revoked') return graphql ? revokedKeyGraphql : revokedKey;
  if (graphql && asked.method !== 'POST') return answerWithoutToken({ query: asked.query.get('query') });
  if (path === '/graphql') return await answerGraphql(sandbox.service, asked.body);
  if (path === '/metadata') return await answerMetadataGraphql(sandbox, asked.body);
  return (await answerMetadataRest(sandbox, asked)) ?? (await answerRest(sandbox.service, asked));
}

function failed(response: ServerResponse, error: unknown): void {
  if (error instanceof Sabotage) {
    sabotage(response, error);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  send(response, { status: 500, body: { statusCode: 500, error: 'InternalServerErrorException', messages: [message] } });
}

function notFound({ method, path }: Asked): Answer {
  return { status: 404, body: { message: `Cannot ${method} ${path}`, error: 'Not Found', statusCode: 404 } };
}
