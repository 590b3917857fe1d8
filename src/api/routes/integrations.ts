import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { Refusal } from '../errors.ts';
import { bearerSecurity, jsonResponse, refusals } from '../openapi.ts';
import { integrationList, integrationMode, mode } from '../views.ts';

const modeBody = z
  .strictObject({
    mode,
    by: z.string().min(1).max(200).regex(/^[^\0]*$/, 'must hold no NUL').optional().openapi({ description: 'Who switches, as it is written down; default `api`' }),
  })
  .openapi('ModeRequest');

/** `GET /api/integrations` and `PUT /api/integrations/{integration}/mode`: what is configured, and whether it runs. */
export function integrationRoutes(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps): void {
  const list = createRoute({
    method: 'get',
    path: '/api/integrations',
    tags: ['Operations'],
    summary: 'The configured integrations, how each is run, and what waits',
    security: bearerSecurity,
    responses: { 200: jsonResponse('In the order of the configuration', integrationList), ...refusals(401, 403, 503) },
  });
  app.openapi(list, async (c) => {
    const modes = await deps.modes.list();
    return c.json({ integrations: modes.map((one) => ({ ...one, useCase: deps.integrations.get(one.integration)?.useCase.name ?? '', at: one.at?.toISOString() })) }, 200);
  });

  const change = createRoute({
    method: 'put',
    path: '/api/integrations/{integration}/mode',
    tags: ['Operations'],
    summary: 'Pause an integration, run it dry, or live; from the next run on',
    security: bearerSecurity,
    request: { params: z.object({ integration: z.string() }), body: { required: true, content: { 'application/json': { schema: modeBody } } } },
    responses: { 200: jsonResponse('Switched', integrationMode), ...refusals(400, 401, 403, 404, 413, 415, 503) },
  });
  app.openapi(change, async (c) => {
    const { integration } = c.req.valid('param');
    const body = c.req.valid('json');
    if (!deps.integrations.has(integration)) throw new Refusal('unknown_integration', { message: `No integration of this name is configured.`, path: 'path.integration' });
    await deps.modes.set(integration, body.mode, body.by ?? 'api');
    return c.json({ integration, mode: body.mode }, 200);
  });
}
