import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { EventRows } from '../contract.ts';
import type { GatewayEnv } from '../contract.ts';
import { Refusal } from '../errors.ts';
import { bearerSecurity, refusals } from '../openapi.ts';

const states = z.enum(['ready', 'taken', 'created', 'updated', 'unchanged', 'skipped', 'held', 'rejected']);

const query = z.object({
  state: states.optional().openapi({ description: 'Only rows that stand so; `rejected` and `held` are those to be corrected' }),
  code: z.string().min(1).max(100).optional().openapi({ description: 'Only rows with this problem' }),
  format: z.enum(['json', 'ndjson', 'csv']).default('json').openapi({ description: '`json` has the counts and the first rows, the others all rows' }),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).openapi({ description: 'Rows in JSON' }),
});

/** `GET /events/{id}/rows`: what became of the rows that an event has brought. CSV and NDJSON are streamed, ready to be corrected and posted again. */
export function rowRoutes(app: OpenAPIHono<GatewayEnv>, rows: EventRows): void {
  const route = createRoute({
    method: 'get',
    path: '/events/{id}/rows',
    tags: ['Events'],
    summary: 'The rows of an event, with what is wrong with those that were rejected',
    security: bearerSecurity,
    request: { params: z.object({ id: z.uuid() }), query },
    responses: {
      200: { description: 'The rows', content: { 'application/json': { schema: z.unknown() }, 'application/x-ndjson': { schema: z.string() }, 'text/csv': { schema: z.string() } } },
      ...refusals(400, 401, 403, 404, 503),
    },
  });
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const { state, code, format, limit } = c.req.valid('query');
    const wanted = { ...(state === undefined ? {} : { states: [state] }), ...(code === undefined ? {} : { code }) };
    const overview = await rows.overview(id, { ...wanted, limit });
    if (overview === undefined) throw new Refusal('unknown_event', { path: 'path.id' });
    if (format === 'json') return c.json(overview, 200);
    const name = `${state ?? 'rows'}-${id}.${format}`;
    return c.body(streamOf(rows.lines(id, wanted, format)), 200, {
      'Content-Type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson', 'Content-Disposition': `attachment; filename="${name}"`,
    });
  });
}

function streamOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}
