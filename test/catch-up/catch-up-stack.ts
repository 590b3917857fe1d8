import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { IntegrationInput } from '../../src/config/use-case.ts';
import { twentyWorkspaces } from '../../src/config/workspaces.ts';
import { catchUpInput, catchUpNow } from '../../src/dispatcher/catch-up.ts';
import type { CatchUpInput, CatchUpResult } from '../../src/domain/catch-up.ts';
import { scheduleRealm } from '../../src/worker/schedules.ts';
import { testWorkflowBundle } from '../harness/servers.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** Catch-up of a stack's workspace, when it is asked for. */
export interface CatchUp {
  readonly client: Client;
  readonly catchUpInput: CatchUpInput;
  catchUp(more?: Partial<CatchUpInput>): Promise<CatchUpResult>;
}

export interface CatchUpStack extends Stack, CatchUp {
  /** Registers a webhook for people at the stand-in, as setup does. */
  listen(): Promise<void>;
}

/** The workflows with the witness. */
export const bundleWitness = (): Promise<string> => testWorkflowBundle(path.join(import.meta.dirname, 'workflows.ts'));

export async function startCatchUpStack(bundle: string, integrations: Readonly<Record<string, IntegrationInput>>): Promise<CatchUpStack> {
  const stack = await startStack({ bundle, integrations });
  const { close, ...catching } = await openCatchUp(stack);
  return {
    ...stack, ...catching,
    async listen() {
      const response = await fetch(`${stack.twenty.url}/rest/webhooks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.twenty.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ targetUrl: `${stack.gatewayUrl}/twenty/main`, operations: ['person.*'], secret: stack.env['TWENTY_WEBHOOK_SECRET'] }),
      });
      if (response.status !== 201) throw new Error(`The stand-in answered ${String(response.status)}.`);
    },
    async close() {
      await stack.close();
      await close();
    },
  };
}

export async function openCatchUp({ config, env }: Stack): Promise<CatchUp & { close(): Promise<void> }> {
  const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS']! });
  const client = new Client({ connection, namespace: env['TEMPORAL_NAMESPACE']! });
  const realm = scheduleRealm(config, env);
  const input = catchUpInput(realm, twentyWorkspaces(config)[0]!, 'off');
  return { client, catchUpInput: input, catchUp: (more = {}) => catchUpNow(client, realm, { ...input, ...more }), close: () => connection.close() };
}
