import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { IncomingHttpHeaders } from 'node:http';
import type { HookReading } from '../../config/use-case.ts';
import type { NewDelivery } from '../../domain/event.ts';
import { addressGroup, clientAddress } from '../address.ts';
import { answerAccepted } from '../answers.ts';
import { readBody } from '../body.ts';
import type { GatewayEnv } from '../contract.ts';
import { Refusal } from '../errors.ts';
import { keptHeaders } from '../kept-headers.ts';
import { mediaType } from '../media-type.ts';
import { acceptedResponses, refusals } from '../openapi.ts';
import { assertOrigin, corsHeaders, preflightHeaders, senderOrigin } from '../origins.ts';
import type { Reception } from '../reception.ts';
import { answerZoomHandshake } from '../signatures/handshake.ts';
import type { Verdict } from '../signatures/verify.ts';
import type { HookSource } from '../sources.ts';

const path = '/hooks/:integration';
const pathWithSecret = '/hooks/:integration/:secret';

/** `POST /hooks/{integration}`: a webhook or a form comes in. */
export function hookRoutes(app: OpenAPIHono<GatewayEnv>, hooks: ReadonlyMap<string, HookSource>, reception: Reception): void {
  const handle = async (c: Context<GatewayEnv>, secret?: string): Promise<Response> => {
    let source: HookSource | undefined;
    let cors: Readonly<Record<string, string>> = {};
    try {
      source = findSource(hooks, c.req.param('integration'), secret);
      const origin = senderOrigin(c.env.incoming.headers);
      cors = corsHeaders(c.env.incoming.headers.origin, source.hook.allowedOrigins);
      assertOrigin(origin, source.hook.allowedOrigins);
      return await receive(c, source, reception, secret, cors);
    } catch (error) {
      return reception.refuse(c, error, source?.source, cors);
    }
  };
  app.post(path, (c) => handle(c));
  app.post(pathWithSecret, (c) => handle(c, c.req.param('secret')));

  const preflight = (c: Context<GatewayEnv>): Response => {
    const hook = hooks.get(c.req.param('integration') ?? '')?.hook;
    return c.body(null, 204, hook === undefined ? {} : { ...corsHeaders(c.req.header('origin'), hook.allowedOrigins), ...preflightHeaders });
  };
  app.options(path, preflight);
  app.options(pathWithSecret, preflight);

  app.openAPIRegistry.registerPath(hookRoute('/hooks/{integration}', { integration: z.string() }));
  app.openAPIRegistry.registerPath(hookRoute('/hooks/{integration}/{secret}', { integration: z.string(), secret: z.string() }));
}

async function receive(
  c: Context<GatewayEnv>,
  source: HookSource,
  reception: Reception,
  pathSecret: string | undefined,
  cors: Readonly<Record<string, string>>,
): Promise<Response> {
  const { incoming } = c.env;
  const { hook } = source;
  assertRate(source, () => addressGroup(clientAddress(incoming, reception.trustProxy)));
  const contentType = mediaType(incoming.headers['content-type']);
  assertContentType(contentType, hook.contentTypes);
  const body = await readBody(incoming, hook.maxBodyBytes, hook.bodyTimeoutMs ?? reception.bodyTimeoutMs);
  const headers = singleHeaders(incoming.headers);
  const verdict = source.verify({ headers, body, pathSecret });
  if (source.handshake) {
    const answer = answerHandshake(body, verdict);
    if (answer !== undefined) return c.json(answer, 200);
  }
  const reading = await read(source, { contentType, contentTypeHeader: headers['content-type'] ?? '', headers, body });
  if (reading.kind === 'answer') return c.body(JSON.stringify(reading.body), reading.status, { ...cors, 'Content-Type': 'application/json' });
  if (reading.kind === 'refused') {
    throw new Refusal('not_accepted', { status: reading.status, message: reading.problem, path: reading.path });
  }
  if (source.checkCaptcha !== undefined && reading.outcome === undefined) {
    await source.checkCaptcha(reading.captchaToken, reading.dedupe.key);
  }
  const accepted = await reception.store({
    source: source.source,
    dedupe: reading.dedupe,
    contentType: headers['content-type'] ?? '',
    headers: keptHeaders(incoming.headers),
    body: reading.keep ?? body,
    verdict: verdict.verdict,
    deliveries: deliveriesOf(source, reading),
  });
  return answerAccepted(c, accepted, hook, cors);
}

function deliveriesOf({ integration, urgency }: HookSource, { laneKey, records, urgency: own, outcome }: Extract<HookReading, { kind: 'event' }>): readonly NewDelivery[] {
  const common = { integration, urgency: own ?? urgency, outcome };
  return records === undefined ? [{ ...common, laneKey }] : records.map((record) => ({ ...common, laneKey: record.id, record }));
}

function findSource(hooks: ReadonlyMap<string, HookSource>, name: string | undefined, secret: string | undefined): HookSource {
  const source = hooks.get(name ?? '');
  if (source === undefined || (secret !== undefined && !source.secretInPath)) throw new Refusal('unknown_integration', { path: 'path.integration' });
  return source;
}

function assertRate(source: HookSource, address: () => string): void {
  const waitMs = source.rateLimit?.(address()) ?? 0;
  if (waitMs > 0) throw new Refusal('rate_limited', { headers: { 'Retry-After': String(Math.ceil(waitMs / 1_000)) } });
}

function assertContentType(contentType: string, accepted: readonly string[]): void {
  if (accepted.includes(contentType) || accepted.includes('*/*')) return;
  const given = contentType === '' ? 'The header Content-Type is missing' : 'This content type is not taken here';
  throw new Refusal('unsupported_media_type', { message: `${given}; send one of ${accepted.join(', ')}.`, path: 'header.content-type' });
}

function answerHandshake(body: Uint8Array, verdict: Verdict): object | undefined {
  return verdict.key === undefined ? undefined : answerZoomHandshake(body, verdict.key.hmac);
}

/** What the source's own reader makes of the request. A reader that throws has met something its author did not think of. */
async function read(source: HookSource, request: Parameters<HookSource['hook']['read']>[0]): Promise<HookReading> {
  try {
    return await source.hook.read(request);
  } catch (cause) {
    throw new Refusal('unreadable', { path: 'body', cause });
  }
}

/** Node joins repeated headers into one text, except Set-Cookie, which no sender has a reason to send. */
function singleHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  if (headers['set-cookie'] === undefined) return headers as Record<string, string>;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'set-cookie')) as Record<string, string>;
}

function hookRoute(at: string, params: Record<string, z.ZodString>) {
  const payload = { schema: z.unknown() };
  return createRoute({
    method: 'post',
    path: at,
    tags: ['Events in'],
    summary: 'A webhook or a form comes in',
    description:
      'Verified as the integration is configured, over the raw bytes. Content types and the size limit are the integration\'s own. ' +
      'A form that a browser posts (Accept: text/html) is answered with a page or sent to the thank-you page.',
    request: {
      params: z.object(params),
      body: {
        required: true,
        content: { 'application/json': payload, 'application/x-www-form-urlencoded': payload, 'multipart/form-data': payload },
      },
    },
    responses: {
      ...acceptedResponses('200 also answers a provider\'s handshake, with what the provider expects.'),
      303: { description: 'Stored; a browser\'s form goes to the thank-you page', headers: { Location: { schema: { type: 'string' } } } },
      ...refusals(400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 431, 503),
    },
  });
}
