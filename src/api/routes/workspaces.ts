import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { bearerSecurity, jsonResponse, refusals } from '../openapi.ts';
import { workspaceList } from '../views.ts';

/** `GET /api/workspaces`: how the events of each Twenty workspace reach us. */
export function workspaceRoutes(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps): void {
  const route = createRoute({
    method: 'get',
    path: '/api/workspaces',
    tags: ['Operations'],
    summary: 'How the events of each Twenty workspace reach Sluice: by webhook, or by catch-up only',
    security: bearerSecurity,
    responses: { 200: jsonResponse('The workspaces that sluice setup has prepared', workspaceList), ...refusals(401, 403, 503) },
  });
  app.openapi(route, async (c) => {
    const feeds = await deps.feeds.list();
    const workspaces = feeds.map(({ workspace, state, reason, targetUrl, operations, checkedAt, heardAt }) => ({
      workspace, state, reason, targetUrl, operations,
      via: state === 'arriving' ? ('webhook' as const) : ('catch-up' as const),
      checkedAt: checkedAt.toISOString(),
      heardAt: heardAt?.toISOString(),
    }));
    return c.json({ workspaces }, 200);
  });
}
