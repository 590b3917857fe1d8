import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { HandSelector } from '../../store/hand.ts';
import type { GatewayDeps, GatewayEnv } from '../contract.ts';
import { bearerSecurity, jsonResponse, refusals } from '../openapi.ts';
import { handAction, handPlan, handResult } from '../views.ts';

const name = z.string().min(1).max(200).regex(/^[^\0]*$/, 'must hold no NUL');

/** One delivery by id, or all with an outcome code; never all without a word. */
const selection = {
  deliveryId: z.uuid().optional(),
  code: name.optional().openapi({ description: 'All deliveries that stand with this outcome code' }),
  integration: name.optional().openapi({ description: 'Of this integration only' }),
};

const planBody = selecting(z.strictObject({ ...selection, action: handAction })).openapi('PlanRequest');
const actionBody = selecting(
  z.strictObject({ ...selection, by: name.optional().openapi({ description: 'Who does it, as it is written down; default `api`' }) }),
).openapi('ActionRequest');

const summaries = {
  retry: 'Failed, held or waiting deliveries run again',
  discard: 'Deliveries end here, by decision',
  release: 'Held deliveries may run',
  replay: 'What a dry run of the integration planned runs for good',
} as const;

/** `POST /api/deliveries/plan` and `/retry`, `/discard`, `/release`, `/replay`: a person's hand, by delivery or by code. */
export function deliveryRoutes(app: OpenAPIHono<GatewayEnv>, deps: GatewayDeps): void {
  const responses = refusals(400, 401, 403, 413, 415, 503);
  const shared = { method: 'post' as const, tags: ['Deliveries'], security: bearerSecurity };

  const plan = createRoute({
    ...shared,
    path: '/api/deliveries/plan',
    summary: 'How many deliveries an action would touch, and which effects they have; changes nothing',
    request: { body: { required: true, content: { 'application/json': { schema: planBody } } } },
    responses: { 200: jsonResponse('The plan', handPlan), ...responses },
  });
  app.openapi(plan, async (c) => {
    const body = c.req.valid('json');
    return c.json(await deps.plan(body.action, selector(body)), 200);
  });

  for (const action of handAction.options) {
    const route = createRoute({
      ...shared,
      path: `/api/deliveries/${action}`,
      summary: summaries[action],
      request: { body: { required: true, content: { 'application/json': { schema: actionBody } } } },
      responses: { 200: jsonResponse('Done', handResult), ...responses },
    });
    app.openapi(route, async (c) => {
      const body = c.req.valid('json');
      return c.json({ action, count: await deps.act(action, selector(body), body.by ?? 'api') }, 200);
    });
  }
}

function selecting<S extends z.ZodType<HandSelector>>(schema: S): S {
  return schema.refine(
    (body) => ((body as HandSelector).deliveryId === undefined) !== ((body as HandSelector).code === undefined),
    'Name either a deliveryId or a code.',
  );
}

function selector({ deliveryId, code, integration }: HandSelector): HandSelector {
  return { deliveryId, code, integration };
}
