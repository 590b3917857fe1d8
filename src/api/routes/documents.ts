import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { documentInfo, jsonResponse } from '../openapi.ts';

/** `/metrics` for Prometheus and `/openapi.json`; registered last, so that the document knows every route. */
export function documentRoutes(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps): void {
  const metrics = createRoute({
    method: 'get',
    path: '/metrics',
    tags: ['Operations'],
    summary: 'Counters and histograms in the text format of Prometheus',
    responses: { 200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } } },
  });
  app.openapi(metrics, async (c) => c.text(await deps.metrics.metrics(), 200, { 'Content-Type': deps.metrics.contentType }));

  const description = createRoute({
    method: 'get',
    path: '/openapi.json',
    tags: ['Operations'],
    summary: 'This description',
    responses: { 200: jsonResponse('OpenAPI 3.1', z.record(z.string(), z.unknown())) },
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'The value of SLUICE_API_TOKEN. Without one set, the protected routes answer 403.',
  });
  app.openapi(description, (c) => c.json(app.getOpenAPI31Document(documentInfo) as unknown as Record<string, unknown>, 200));
}
