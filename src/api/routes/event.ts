import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { Refusal } from '../errors.ts';
import { bearerSecurity, jsonResponse, refusals } from '../openapi.ts';
import { eventView } from '../views.ts';

/** `GET /events/{id}`: one event, its deliveries, outcomes and effects. */
export function eventRoute(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps): void {
  const route = createRoute({
    method: 'get',
    path: '/events/{id}',
    tags: ['Events'],
    summary: 'An event with its deliveries, outcomes and effects',
    security: bearerSecurity,
    request: { params: z.object({ id: z.string().max(200) }) },
    responses: { 200: jsonResponse('The event', eventView), ...refusals(400, 401, 403, 404, 503) },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const event = isId(id) ? await deps.findEvent(id) : undefined;
    if (event === undefined) throw new Refusal('unknown_event', { path: 'path.id' });
    return c.json(event, 200);
  });
}

/** Ids are UUIDs; anything else is no event, and not worth a question to the database. */
function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
