import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { randomUUID } from 'node:crypto';
import { bodyLimit } from 'hono/body-limit';
import { manualEvent } from '../../config/starts.ts';
import { isRequestId, readStart } from '../../domain/start.ts';
import { answerAccepted } from '../answers.ts';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { Refusal } from '../errors.ts';
import { acceptedResponses, bearerSecurity, refusals } from '../openapi.ts';
import type { Reception } from '../reception.ts';

/** 50,000 ids and some room. */
const maxBodyBytes = 4 * 1024 * 1024;

const startBody = z
  .object({
    requestId: z.string().optional().openapi({ description: 'The same id is the same start; the header Idempotency-Key says the same' }),
    selection: z.unknown().optional().openapi({ description: '{ ids: [...] }, { view: "name or id" }, { filter: {...} } or { all: true }' }),
    input: z.unknown().optional().openapi({ description: 'Whatever the integration makes of it' }),
    by: z.string().optional().openapi({ description: 'Who starts it, as it is written down' }),
    dryRun: z.boolean().optional().openapi({ description: 'Plan only' }),
  })
  .openapi('Start');

/** `POST /triggers/{integration}`: a start by hand, straight into the inbox. */
export function triggerRoutes(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps, reception: Reception): void {
  const tooLarge = (): never => {
    throw new Refusal('body_too_large', { path: 'body' });
  };
  app.use('/triggers/*', bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }));
  app.post('/triggers/:integration', async (c) => {
    const integration = deps.integrations.get(c.req.param('integration'));
    if (integration === undefined) {
      throw new Refusal('unknown_integration', { message: 'There is no integration of this name.', path: 'path.integration' });
    }
    const reading = readStart(parsed(await c.req.text()));
    if (!reading.ok) throw invalid(reading.problem);
    const requestId = reading.start.requestId ?? requestIdOf(c.req.header('idempotency-key'));
    const start = manualEvent(integration, { by: 'api', ...reading.start, requestId }, 'api');
    if (start.ok) return answerAccepted(c, await reception.store(start.event));
    if (!start.startable) throw new Refusal('not_startable', { message: start.problem.message, path: 'path.integration' });
    throw invalid(start.problem);
  });

  app.openAPIRegistry.registerPath(
    createRoute({
      method: 'post',
      path: '/triggers/{integration}',
      tags: ['Events in'],
      summary: 'An integration is started by hand',
      security: bearerSecurity,
      request: {
        params: z.object({ integration: z.string() }),
        headers: z.object({ 'idempotency-key': z.string().optional() }),
        body: { required: false, content: { 'application/json': { schema: startBody } } },
      },
      responses: { ...acceptedResponses('The same request id is one start.'), ...refusals(400, 401, 403, 404, 405, 409, 413, 503) },
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    throw new Refusal('invalid_json', { path: 'body', cause });
  }
}

function requestIdOf(header: string | undefined): string {
  if (header === undefined) return randomUUID();
  if (isRequestId(header)) return header;
  throw new Refusal('invalid_value', { message: 'Idempotency-Key must be a text of 1 to 200 printable characters without blanks.', path: 'header.idempotency-key' });
}

function invalid({ path, message }: { readonly path: string; readonly message: string }): Refusal {
  const where = path === '' ? 'body' : `body.${path}`;
  return new Refusal('invalid_value', { message: `${where}: ${message}`, path: where });
}
