import { z } from '@hono/zod-openapi';

/** What the API shows of the store's views, described for /openapi.json. */

export const deliveryState = z.enum(['pending', 'running', 'waiting', 'held', 'succeeded', 'skipped', 'failed', 'superseded', 'discarded']);

const instant = z.string().openapi({ format: 'date-time' });

const effect = z.object({
  step: z.string(),
  target: z.string(),
  summary: z.string(),
  state: z.enum(['planned', 'attempting', 'done', 'rejected', 'unknown']),
  request: z.unknown().openapi({ description: 'Exactly what was, or would be, sent' }),
  outsideId: z.string().optional().openapi({ description: 'Of the record, message or invoice it made or changed' }),
  reason: z.string().optional(),
});

const finding = z.object({ name: z.string(), code: z.string().openapi({ description: 'To group by, `unmatched`' }), reason: z.string() });

const delivery = z.object({
  id: z.string(),
  integration: z.string(),
  state: deliveryState,
  code: z.string().optional().openapi({ description: 'How it ended or why it stands, to group by' }),
  reason: z.string().optional(),
  createdAt: instant,
  endedAt: instant.optional(),
  run: z.string().optional().openapi({ description: 'Workflow id of the run that holds or held it' }),
  runCalls: z.number().int().optional().openapi({ description: 'Calls its run has made, for all of its deliveries together' }),
});

const event = z.object({ id: z.string(), source: z.string(), receivedAt: instant, contentType: z.string(), bytes: z.number().int() });

export const eventView = event
  .extend({ verdict: z.string().openapi({ description: 'How the sender was verified' }), deliveries: listOf(delivery.extend({ effects: listOf(effect), findings: listOf(finding).optional().openapi({ description: 'What a run over many found and a person may want to look at' }) })) })
  .openapi('Event');

export const eventList = z
  .object({
    events: listOf(event.extend({ deliveries: listOf(delivery) })),
    next: z.string().optional().openapi({ description: 'Pass as `before` for the next page; absent on the last' }),
  })
  .openapi('EventList');

export const handAction = z.enum(['retry', 'discard', 'release', 'replay']);

export const mode = z.enum(['live', 'paused', 'dry-run']);

export const integrationMode = z.object({ integration: z.string(), mode }).openapi('IntegrationMode');

export const integrationList = z
  .object({
    integrations: listOf(
      z.object({
        integration: z.string(),
        useCase: z.string(),
        mode,
        by: z.string().optional().openapi({ description: 'Who switched it last' }),
        at: instant.optional(),
        pending: z.number().int().openapi({ description: 'Deliveries that wait to be run' }),
      }),
    ),
  })
  .openapi('IntegrationList');

export const handPlan = z
  .object({
    action: handAction,
    count: z.number().int(),
    byIntegration: z.record(z.string(), z.number().int()),
    deliveries: listOf(z.object({ id: z.string(), integration: z.string(), state: deliveryState, code: z.string().optional(), reason: z.string().optional() })),
    effects: listOf(z.object({ step: z.string(), target: z.string(), state: z.string(), count: z.number().int() })),
  })
  .openapi('HandPlan');

export const handResult = z.object({ action: handAction, count: z.number().int() }).openapi('HandResult');

export const workspaceList = z
  .object({
    workspaces: listOf(
      z.object({
        workspace: z.string(),
        via: z.enum(['webhook', 'catch-up']).openapi({ description: '`catch-up` while no webhook of Twenty is known to arrive: changes are found by reading' }),
        state: z.enum(['unproven', 'arriving', 'silent']).openapi({ description: '`silent`: a probe written by setup did not come back' }),
        reason: z.string().optional(),
        targetUrl: z.string(),
        operations: listOf(z.string()),
        checkedAt: instant,
        heardAt: instant.optional().openapi({ description: 'When a webhook last came, to within a few seconds' }),
      }),
    ),
  })
  .openapi('WorkspaceList');

export const catchUpList = z
  .object({
    objects: listOf(
      z.object({
        workspace: z.string(),
        object: z.string(),
        state: z.enum(['unread', 'current', 'held', 'failing']).openapi({ description: '`unread`: not read yet; `held`: so many records are gone that a person has to say what that means' }),
        completeUntil: instant.optional().openapi({ description: "Every change with an `updatedAt` up to here, by Twenty's clock, has been dealt with" }),
        lastRunAt: instant.optional(),
        sweptAt: instant.optional().openapi({ description: 'When all records were last read' }),
        heldGone: z.number().int().optional(),
        problem: z.string().optional(),
      }),
    ),
  })
  .openapi('CatchUpList');

function listOf<S extends z.ZodType>(schema: S) {
  return z.array(schema).readonly();
}
