import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { Gauge } from 'prom-client';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { bearerSecurity, jsonResponse, refusals } from '../openapi.ts';
import { catchUpList } from '../views.ts';

/** `GET /api/catch-up`: up to when each watched object is known completely; in `/metrics`, too. */
export function catchUpRoutes(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps): void {
  const route = createRoute({
    method: 'get',
    path: '/api/catch-up',
    tags: ['Operations'],
    summary: 'Up to when the changes of each watched object are known completely',
    security: bearerSecurity,
    responses: { 200: jsonResponse('The watched objects', catchUpList), ...refusals(401, 403, 503) },
  });
  app.openapi(route, async (c) => {
    const objects = (await deps.catchUp()).map(({ completeUntil, lastRunAt, sweptAt, ...rest }) => ({
      ...rest, completeUntil: completeUntil?.toISOString(), lastRunAt: lastRunAt?.toISOString(), sweptAt: sweptAt?.toISOString(),
    }));
    return c.json({ objects }, 200);
  });

  new Gauge({
    name: 'sluice_catch_up_complete_until_seconds',
    help: 'Every change of the object with an updatedAt up to this time, in seconds since 1970, has been dealt with.',
    labelNames: ['workspace', 'object'],
    registers: [deps.metrics],
    async collect() {
      // Without the database there is no figure, and the other figures are wanted all the more.
      const states = await deps.catchUp().catch(() => []);
      this.reset();
      for (const { workspace, object, completeUntil } of states) if (completeUntil !== undefined) this.set({ workspace, object }, completeUntil.getTime() / 1000);
    },
  });
}
