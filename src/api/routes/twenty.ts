import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { isProbeId } from '../../domain/probe.ts';
import { answerAccepted } from '../answers.ts';
import { readBody } from '../body.ts';
import type { GatewayEnv, TwentyFeeds } from '../contract.ts';
import { Refusal } from '../errors.ts';
import { keptHeaders } from '../kept-headers.ts';
import { mediaType } from '../media-type.ts';
import { acceptedResponses, droppedBody, refusals } from '../openapi.ts';
import type { Reception } from '../reception.ts';
import type { TwentySource } from '../sources.ts';
import { readTwentyEvent } from '../twenty-event.ts';

/** A record with long rich-text fields stays well below. */
const maxBodyBytes = 5 * 1024 * 1024;

/** `POST /twenty/{workspace}`: Twenty tells of a record. It asks once and waits five seconds. */
export function twentyRoutes(app: OpenAPIHono<GatewayEnv>, workspaces: ReadonlyMap<string, TwentySource>, feeds: TwentyFeeds, reception: Reception): void {
  app.post('/twenty/:workspace', async (c) => {
    const workspace = workspaces.get(c.req.param('workspace'));
    try {
      if (workspace === undefined) throw new Refusal('unknown_workspace', { path: 'path.workspace' });
      const { headers } = c.env.incoming;
      const contentType = headers['content-type'];
      if (mediaType(contentType) !== 'application/json') {
        throw new Refusal('unsupported_media_type', { message: 'Twenty sends application/json; nothing else is taken here.', path: 'header.content-type' });
      }
      const body = await readBody(c.env.incoming, maxBodyBytes, reception.bodyTimeoutMs);
      const { verdict } = workspace.verify({ headers: headers as Record<string, string>, body });
      const event = readTwentyEvent(body);
      feeds.heard(c.req.param('workspace'));
      const isProbe = event !== undefined && isProbeId(event.recordId) && (await feeds.isProbe(event.recordId, event.action));
      const routed = event === undefined || isProbe ? undefined : workspace.hook.route(event);
      if (routed === undefined) {
        reception.meters.dropped.inc({ source: workspace.source });
        return c.json({ dropped: true }, 200);
      }
      const accepted = await reception.store({
        source: workspace.source,
        dedupe: routed.dedupe,
        record: routed.record,
        contentType: contentType ?? '',
        headers: keptHeaders(headers),
        body,
        verdict,
        deliveries: routed.deliveries,
      });
      return await answerAccepted(c, accepted);
    } catch (error) {
      return reception.refuse(c, error, workspace?.source);
    }
  });

  const responses = acceptedResponses('200 with `dropped` when no integration wants the event: it is counted, not stored.', droppedBody);
  app.openAPIRegistry.registerPath(
    createRoute({
      method: 'post',
      path: '/twenty/{workspace}',
      tags: ['Events in'],
      summary: 'Twenty tells of a record',
      request: {
        params: z.object({ workspace: z.string() }),
        headers: z.object({ 'x-twenty-webhook-signature': z.string(), 'x-twenty-webhook-timestamp': z.string() }),
        body: { required: true, content: { 'application/json': { schema: z.unknown() } } },
      },
      responses: { ...responses, ...refusals(400, 401, 404, 405, 408, 413, 415, 422, 431, 503) },
    }),
  );
}
