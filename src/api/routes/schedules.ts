import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { randomUUID } from 'node:crypto';
import { schedulesOf } from '../../config/starts.ts';
import { isRequestId } from '../../domain/start.ts';
import type { GatewayDeps, GatewayEnv, Schedules } from '../contract.ts';
import { Refusal } from '../errors.ts';
import { bearerSecurity, jsonResponse, refusals } from '../openapi.ts';

const by = z.string().min(1).max(200).regex(/^[^\p{Cc}]*$/u, 'must hold no control characters').optional().openapi({ description: 'Who does it, as it is written down; default `api`' });
const params = z.object({ integration: z.string().max(200), name: z.string().max(200) });

const instant = z.string().openapi({ format: 'date-time' });
const scheduleView = z
  .object({
    id: z.string().openapi({ example: 'lead-scoring/nightly' }),
    when: z.union([z.object({ cron: z.string() }), z.object({ everyMs: z.number(), offsetMs: z.number().optional() })]),
    state: z.enum(['active', 'paused', 'missing', 'unknown']).openapi({ description: '`missing` until it is applied, `unknown` while Temporal is away' }),
    note: z.string().optional(),
    nextAt: z.array(instant).readonly(),
    last: z.object({ at: instant, eventId: z.string(), states: z.record(z.string(), z.number().optional()).readonly(), code: z.string().optional(), reason: z.string().optional() }).optional(),
  })
  .openapi('Schedule');
const firedView = z.object({ eventId: z.string(), repeat: z.boolean(), nominalAt: instant }).openapi('Fired');
const doneView = z.object({ id: z.string(), state: z.enum(['active', 'paused']) }).openapi('ScheduleState');

/** `GET /api/schedules` and, below `/api/schedules/{integration}/{name}`, `/run`, `/pause` and `/unpause`. */
export function scheduleRoutes(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps, schedules: Schedules): void {
  const shared = { tags: ['Schedules'], security: bearerSecurity };
  const refused = refusals(400, 401, 403, 404, 413, 415, 503);
  const idOf = ({ integration, name }: z.output<typeof params>): string => {
    const known = deps.integrations.get(integration);
    if (known === undefined || !schedulesOf(known).some((schedule) => schedule.name === name)) throw new Refusal('unknown_schedule', { path: 'path' });
    return `${integration}/${name}`;
  };

  const list = createRoute({
    ...shared, method: 'get', path: '/api/schedules', summary: 'What starts by the clock, with next and last firings',
    responses: { 200: jsonResponse('All schedules', z.object({ schedules: z.array(scheduleView).readonly() })), ...refusals(401, 403, 503) },
  });
  app.openapi(list, async (c) => c.json({ schedules: await schedules.list() }, 200));

  const run = createRoute({
    ...shared, method: 'post', path: '/api/schedules/{integration}/{name}/run', summary: 'Fires now, whatever is at work',
    request: { params, body: { content: { 'application/json': { schema: z.strictObject({ requestId: z.string().refine(isRequestId, 'must be 1 to 200 printable characters without blanks').optional(), by }) } } } },
    responses: { 202: jsonResponse('New', firedView), 200: jsonResponse('This request had fired already', firedView), ...refused },
  });
  app.openapi(run, async (c) => {
    const id = idOf(c.req.valid('param'));
    const body = c.req.valid('json');
    const fired = await schedules.run(id, { requestId: body?.requestId ?? randomUUID(), by: body?.by ?? 'api', door: 'api' });
    return fired.repeat ? c.json(fired, 200) : c.json(fired, 202);
  });

  for (const verb of ['pause', 'unpause'] as const) {
    const route = createRoute({
      ...shared, method: 'post', path: `/api/schedules/{integration}/{name}/${verb}`, summary: verb === 'pause' ? 'It does not fire until it is unpaused' : 'It fires again',
      request: { params, body: { content: { 'application/json': { schema: z.strictObject({ by }) } } } },
      responses: { 200: jsonResponse('Done', doneView), ...refused },
    });
    app.openapi(route, async (c) => {
      const id = idOf(c.req.valid('param'));
      try {
        await schedules[verb](id, c.req.valid('json')?.by ?? 'api');
      } catch (cause) {
        throw new Refusal('temporal_away', { cause });
      }
      return c.json({ id, state: verb === 'pause' ? ('paused' as const) : ('active' as const) }, 200);
    });
  }
}
