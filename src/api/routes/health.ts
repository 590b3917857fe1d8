import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { jsonResponse } from '../openapi.ts';

const healthBody = z.object({ status: z.literal('ok') }).openapi('Health');
const readinessBody = z
  .object({ ready: z.boolean(), checks: z.record(z.string(), z.string()) })
  .openapi('Readiness', { description: 'Per part: `ok`, or what is wrong in words' });

/** `/healthz`: the process answers. `/readyz`: what it needs answers too, and it is not shutting down. */
export function healthRoutes(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps, isClosing: () => boolean): void {
  const health = createRoute({
    method: 'get',
    path: '/healthz',
    tags: ['Operations'],
    summary: 'The process answers',
    responses: { 200: jsonResponse('It does', healthBody) },
  });
  app.openapi(health, (c) => c.json({ status: 'ok' as const }, 200));

  const readiness = createRoute({
    method: 'get',
    path: '/readyz',
    tags: ['Operations'],
    summary: 'The gateway can store events',
    responses: { 200: jsonResponse('Ready', readinessBody), 503: jsonResponse('Not ready', readinessBody) },
  });
  app.openapi(readiness, async (c) => {
    const checks = { ...(await askAll(deps)), ...(isClosing() ? { gateway: 'shutting down' } : {}) };
    const ready = Object.values(checks).every((check) => check === 'ok');
    return ready ? c.json({ ready, checks }, 200) : c.json({ ready, checks }, 503);
  });
}

/** A check that throws is an answer too. */
async function askAll(deps: GatewayDeps): Promise<Readonly<Record<string, string>>> {
  try {
    return await deps.readiness();
  } catch (error) {
    return { readiness: error instanceof Error ? error.message : 'unknown fault' };
  }
}
