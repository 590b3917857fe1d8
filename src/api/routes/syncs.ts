import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Value } from '../../domain/sync.ts';
import type { ListedConflict, LoadStanding } from '../../store/sync-views.ts';
import type { GatewayEnv, Syncs } from '../contract.ts';
import { Refusal } from '../errors.ts';
import { bearerSecurity, jsonResponse, refusals } from '../openapi.ts';

const instant = z.string().openapi({ format: 'date-time' });
const value = z.unknown().openapi({ description: 'JSON, in the form of the side that holds it; null for nothing' });
const load = z.object({
  deliveryId: z.string().openapi({ description: 'POST /api/deliveries/release lets one that is `planned` go on' }),
  state: z.enum(['reading', 'planned', 'writing', 'done', 'failed', 'discarded']).openapi({ description: '`planned` waits for a person' }),
  counts: z.record(z.string(), z.number()).readonly().openapi({ description: 'What it found; empty until that is known', example: { linked: 7000, toTwenty: 3000, toExternal: 3000, conflicts: 12, ambiguous: 0 } }),
  startedAt: instant,
});
const standing = z.object({
  integration: z.string(),
  pairs: z.record(z.string(), z.number().int()).readonly().openapi({ example: { 'in-step': 9990, conflict: 10 } }),
  conflicts: z.number().int().openapi({ description: 'Fields that wait for a decision' }),
  firstLoad: load.optional(),
  completeRead: load.optional(),
  drift: load.optional(),
  changesReadAt: instant.optional().openapi({ description: 'When the other side was last asked what changed' }),
});
const standings = z.object({ syncs: z.array(standing).readonly() }).openapi('SyncList');

const conflict = z.object({
  id: z.string(),
  twentyId: z.string(),
  externalId: z.string(),
  field: z.string().openapi({ description: 'Its name in the configuration' }),
  base: z.object({ twenty: value, external: value }).optional().openapi({ description: 'What both held when they last agreed' }),
  twenty: value,
  external: value,
  lostSide: z.enum(['twenty', 'external']).optional().openapi({ description: 'The side whose edit was covered by a write that was under way: its value is the edit, and both sides hold `base`' }),
  twentyBy: z.string().optional().openapi({ description: 'Who had changed the record in Twenty last' }),
  twentyAt: instant.optional(),
  externalAt: instant.optional(),
  openedAt: instant,
  taskId: z.string().optional().openapi({ description: 'The task in Twenty that asks for the decision' }),
  decided: z.object({ resolution: z.unknown(), by: z.string(), at: instant }).optional().openapi({ description: 'Decided, and not carried out yet' }),
  refused: z.string().optional().openapi({ description: 'Why the last decision was not taken by a side' }),
});
const conflicts = z.object({ conflicts: z.array(conflict).readonly(), next: z.string().optional().openapi({ description: 'Pass as `after` for the next page; absent on the last' }) }).openapi('SyncConflicts');

const by = z.string().min(1).max(200).regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters').optional().openapi({ description: 'Who decides, as it is written down; default `api`' });
const decision = z
  .strictObject({ keep: z.enum(['twenty', 'external']).optional(), value: value.optional(), by })
  .refine((body) => (body.keep === undefined) !== !('value' in body), "Write either { \"keep\": \"twenty\" }, { \"keep\": \"external\" } or { \"value\": … }.")
  .openapi('SyncDecision', { description: 'The side whose value stays, or another value as Twenty holds it' });
const decided = z.object({ eventId: z.string().openapi({ description: 'The event that carries it out; see GET /events/{id}' }) }).openapi('SyncDecided');

const PAGE = 1000;

/** `GET /api/syncs`, `GET /api/syncs/{integration}/conflicts` and `POST /api/syncs/{integration}/conflicts/{id}`: how two-way syncs stand, and the decisions of people. */
export function syncRoutes(app: OpenAPIHono<GatewayEnv>, syncs: Syncs): void {
  const shared = { tags: ['Two-way sync'], security: bearerSecurity };
  const integration = z.string().max(200);

  const list = createRoute({
    ...shared, method: 'get', path: '/api/syncs', summary: 'How every two-way sync stands',
    responses: { 200: jsonResponse('In the order of the configuration', standings), ...refusals(401, 403, 503) },
  });
  app.openapi(list, async (c) => {
    const all = await syncs.standings();
    return c.json({ syncs: all.map(({ changesReadAt, ...one }) => ({ ...one, firstLoad: loadView(one.firstLoad), completeRead: loadView(one.completeRead), drift: loadView(one.drift), changesReadAt: changesReadAt?.toISOString() })) }, 200);
  });

  const waiting = createRoute({
    ...shared, method: 'get', path: '/api/syncs/{integration}/conflicts', summary: 'What was changed on both sides and waits for a decision, oldest first',
    request: { params: z.object({ integration }), query: z.object({ after: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(PAGE).default(100) }) },
    responses: { 200: jsonResponse('Conflicts that are not closed', conflicts), ...refusals(400, 401, 403, 404, 503) },
  });
  app.openapi(waiting, async (c) => {
    const { after, limit } = c.req.valid('query');
    const page = await syncs.conflicts(c.req.valid('param').integration, { after, limit });
    if (page === undefined) throw new Refusal('unknown_sync', { path: 'path.integration' });
    return c.json({ conflicts: page.map(conflictView), ...(page.length === limit ? { next: page.at(-1)!.id } : {}) }, 200);
  });

  const decide = createRoute({
    ...shared, method: 'post', path: '/api/syncs/{integration}/conflicts/{id}', summary: 'Decides a conflict: both sides get the value, and its task is closed',
    request: { params: z.object({ integration, id: z.string().max(200) }), body: { required: true, content: { 'application/json': { schema: decision } } } },
    responses: { 202: jsonResponse('Decided; the event carries it out', decided), ...refusals(400, 401, 403, 404, 409, 413, 415, 503) },
  });
  app.openapi(decide, async (c) => {
    const { integration: name, id } = c.req.valid('param');
    const body = c.req.valid('json');
    const end = await syncs.decide({ integration: name, id, by: body.by ?? 'api', door: 'api', choice: body.keep === undefined ? { value: (body.value ?? null) as Value } : { keep: body.keep } });
    if (end.ok) return c.json({ eventId: end.eventId }, 202);
    switch (end.problem) {
      case 'unknown': throw new Refusal('unknown_conflict', { path: 'path.id' });
      case 'closed': throw new Refusal('conflict_closed', { path: 'path.id' });
      case 'value': throw new Refusal('invalid_value', { message: `body.value: ${end.message}`, path: 'body.value', remedy: 'Send a value as the field holds it in Twenty, or keep one of the two.' });
    }
  });
}

function conflictView({ integration: _integration, closedAt: _closedAt, twentyAt, externalAt, openedAt, decided: made, ...one }: ListedConflict): z.input<typeof conflict> {
  return {
    ...one, twentyAt: twentyAt?.toISOString(), externalAt: externalAt?.toISOString(), openedAt: openedAt.toISOString(),
    decided: made === undefined ? undefined : { ...made, at: made.at.toISOString() },
  };
}

function loadView(standing: LoadStanding | undefined) {
  return standing === undefined ? undefined : { ...standing, startedAt: standing.startedAt.toISOString() };
}
