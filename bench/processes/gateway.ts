import { Registry } from 'prom-client';
import { v7 as uuidv7 } from 'uuid';
import { startGateway } from '../../src/api/index.ts';
import type { Part } from '../../src/local/parts.ts';
import { composeGateway } from '../../src/worker/compose.ts';
import { benchConfig } from '../config.ts';
import { serve } from '../process.ts';

const config = benchConfig(process.env);

/** The same gateway with nothing behind it: every event is answered at once and forgotten. */
function startWithoutDatabase(): Promise<Part> {
  const nothing = (): never => {
    throw new Error('There is no database here.');
  };
  return startGateway(
    {
      integrations: new Map(Object.entries(config.integrations)),
      twentyWorkspaces: new Map(),
      accept: (events) => Promise.resolve(events.map(() => ({ eventId: uuidv7(), repeat: false }))),
      isDatabaseAway: () => false,
      findEvent: nothing,
      listEvents: nothing,
      feeds: { heard: () => undefined, isProbe: () => Promise.resolve(false), list: nothing },
      catchUp: nothing,
      plan: nothing,
      act: nothing,
      modes: { list: nothing, set: nothing },
      readiness: () => Promise.resolve({}),
      metrics: new Registry(),
    },
    { port: 0, env: process.env },
  );
}

async function start() {
  const gateway = await (process.env['DATABASE_URL'] === undefined ? startWithoutDatabase() : composeGateway(config, { ...process.env, PORT: '0' }));
  return { calls: { url: () => Promise.resolve(gateway.url!) }, close: () => gateway.close() };
}

export type GatewayCalls = Awaited<ReturnType<typeof start>>['calls'];

serve(start());
