import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { bearerSecurity, jsonResponse, refusals } from '../openapi.ts';
import { deliveryState, eventList } from '../views.ts';

const name = z.string().min(1).max(200).regex(/^[^\0]*$/, 'must hold no NUL');

const query = z.object({
  integration: name.optional(),
  state: deliveryState.optional().openapi({ description: 'State of at least one delivery' }),
  code: name.optional().openapi({ description: 'Outcome code of at least one delivery' }),
  before: z.uuid().optional().openapi({ description: 'The `next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** `GET /api/events`: what came in and how it ended, newest first. */
export function eventListRoute(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps): void {
  const route = createRoute({
    method: 'get',
    path: '/api/events',
    tags: ['Events'],
    summary: 'What came in and how it ended',
    security: bearerSecurity,
    request: { query },
    responses: { 200: jsonResponse('A page of events, newest first', eventList), ...refusals(400, 401, 403, 503) },
  });
  app.openapi(route, async (c) => {
    const asked = c.req.valid('query');
    const events = await deps.listEvents(asked);
    const next = events.length === asked.limit ? events.at(-1)?.id : undefined;
    return c.json({ events, next }, 200);
  });
}
