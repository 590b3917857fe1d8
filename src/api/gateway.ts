import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { requireApiToken } from './access.ts';
import type { GatewayDeps, GatewayEnv, GatewayOptions } from './contract.ts';
import { Refusal } from './errors.ts';
import { createReception } from './reception.ts';
import { catchUpRoutes } from './routes/catch-up.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { documentRoutes } from './routes/documents.ts';
import { eventListRoute } from './routes/event-list.ts';
import { eventRoute } from './routes/event.ts';
import { healthRoutes } from './routes/health.ts';
import { hookRoutes } from './routes/hooks.ts';
import { integrationRoutes } from './routes/integrations.ts';
import { rowRoutes } from './routes/rows.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { syncRoutes } from './routes/syncs.ts';
import { triggerRoutes } from './routes/triggers.ts';
import { twentyRoutes } from './routes/twenty.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import { prepareHooks, prepareTwenty } from './sources.ts';

const maxApiBodyBytes = 256 * 1024;

/**
 * The gateway's routes. Throws when an integration's hook is configured in a way that cannot work. What a sender sends never
 * leads to a 500: it is stored, or refused with a code out of `errors.ts`.
 */
export function createGateway(
  deps: GatewayDeps,
  options: GatewayOptions = {},
  isClosing: () => boolean = () => false,
): OpenAPIHono<GatewayEnv> {
  const reception = createReception(deps, options);
  const keyOptions = { env: options.env ?? process.env, now: options.now ?? Date.now };
  const app = new OpenAPIHono<GatewayEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidValue(result.target, result.error.issues[0]);
    },
  });

  hookRoutes(app, prepareHooks(deps.integrations, keyOptions), reception);
  twentyRoutes(app, prepareTwenty(deps.twentyWorkspaces, keyOptions), deps.feeds, reception);
  healthRoutes(app, deps, isClosing);

  app.use('/events/*', requireApiToken(options));
  app.use('/api/*', requireApiToken(options));
  app.use('/triggers/*', requireApiToken(options));
  app.use('/api/*', bodyLimit({ maxSize: maxApiBodyBytes, onError: () => { throw new Refusal('body_too_large', { path: 'body' }); } }));
  triggerRoutes(app, deps, reception);
  eventRoute(app, deps);
  if (deps.rows !== undefined) rowRoutes(app, deps.rows);
  eventListRoute(app, deps);
  deliveryRoutes(app, deps);
  if (deps.schedules !== undefined) scheduleRoutes(app, deps, deps.schedules);
  if (deps.syncs !== undefined) syncRoutes(app, deps.syncs);
  integrationRoutes(app, deps);
  workspaceRoutes(app, deps);
  catchUpRoutes(app, deps);
  documentRoutes(app, deps);
  refuseOtherMethods(app);

  app.notFound((c) => reception.refuse(c, new Refusal('unknown_route', { path: 'path' })));
  app.onError((error, c) => reception.refuse(c, fromHono(error)));
  return app;
}

/** Every path that exists answers other methods with 405 and the methods it takes. */
function refuseOtherMethods(app: OpenAPIHono<GatewayEnv>): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === 'ALL') continue;
    methods.set(path, (methods.get(path) ?? new Set()).add(method));
  }
  for (const [path, taken] of methods) {
    const allow = [...taken, ...(taken.has('GET') ? ['HEAD'] : [])].join(', ');
    app.all(path, () => {
      throw new Refusal('method_not_allowed', { headers: { Allow: allow } });
    });
  }
}

function invalidValue(target: string, issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): Refusal {
  const place = target === 'json' ? 'body' : target === 'param' ? 'path' : target;
  const path = [place, ...(issue?.path ?? [])].map(String).join('.');
  return new Refusal('invalid_value', { message: `${path}: ${issue?.message ?? 'not valid'}`, path });
}

/** Hono's own refusals, of a body that is not JSON or of another type, in our words. */
function fromHono(error: Error): Error {
  if (!(error instanceof HTTPException)) return error;
  if (error.status === 415) return new Refusal('unsupported_media_type', { message: 'Send application/json.', path: 'header.content-type' });
  return error.status < 500 ? new Refusal('invalid_json', { path: 'body', cause: error }) : error;
}
