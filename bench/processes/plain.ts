import { Hono } from 'hono';
import { serve as serveHttp } from '@hono/node-server';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Runtime, Worker } from '@temporalio/worker';
import { createResendClient } from '../../src/connectors/resend/index.ts';
import { createTwentyClient } from '../../src/connectors/twenty/index.ts';
import { nativeConnection, temporalClient } from '../../src/worker/temporal.ts';
import type { Form } from '../forms.ts';
import { plainActivities } from '../plain/activities.ts';
import type { plainWebForm } from '../plain/workflow.ts';
import { serve } from '../process.ts';

const QUEUE = 'plain';
const env = process.env as Record<string, string>;

/** The peer: a webhook that starts a workflow for each submission, and a Temporal worker with its usual settings. */
async function start() {
  Runtime.install({ shutdownSignals: [], logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: console.warn, error: console.error } });
  const twenty = createTwentyClient({ url: env['TWENTY_API_URL']!, apiKey: () => env['TWENTY_API_KEY']! });
  const mail = createResendClient({ baseUrl: env['RESEND_BASE_URL']!, apiKey: () => env['RESEND_API_KEY']! });
  const { connection, namespace } = await nativeConnection(process.env);
  const worker = await Worker.create({
    connection, namespace, taskQueue: QUEUE, activities: plainActivities(twenty, mail),
    workflowsPath: fileURLToPath(new URL('../plain/workflow.ts', import.meta.url)),
  });
  const running = worker.run();

  const { client, close: closeClient } = temporalClient(process.env);
  let started: string[] = [];
  const app = new Hono();
  app.post('/forms', async (c) => {
    const body = await c.req.text();
    const form = JSON.parse(body) as Form;
    const workflowId = `plain-${createHash('sha256').update(body).digest('hex').slice(0, 24)}`;
    await client.workflow.start<typeof plainWebForm>('plainWebForm', { workflowId, taskQueue: QUEUE, args: [form] });
    started.push(workflowId);
    return c.json({ workflowId }, 202);
  });
  const server = serveHttp({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));

  const calls = {
    url: () => Promise.resolve(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/forms`),
    /** The workflows started since the last time this was asked. */
    takeStarted: () => {
      const taken = started;
      started = [];
      return Promise.resolve(taken);
    },
  };
  const close = async (): Promise<void> => {
    server.close();
    worker.shutdown();
    await running;
    await Promise.all([closeClient(), connection.close(), twenty.close(), mail.close()]);
  };
  return { calls, close };
}

function quiet(): void {}

export type PlainCalls = Awaited<ReturnType<typeof start>>['calls'];

serve(start());
