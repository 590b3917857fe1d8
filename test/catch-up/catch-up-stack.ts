import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { IntegrationInput } from '../../src/config/use-case.ts';
import { twentyWorkspaces } from '../../src/config/workspaces.ts';
import { catchUpInput, catchUpNow } from '../../src/dispatcher/catch-up.ts';
import type { CatchUpInput, CatchUpResult } from '../../src/domain/catch-up.ts';
import { scheduleRealm } from '../../src/worker/schedules.ts';
import { testWorkflowBundle } from '../harness/servers.ts';
import { startStack, type Stack } from '../harness/stack.ts';

export interface CatchUpStack extends Stack {
  readonly client: Client;
  readonly catchUpInput: CatchUpInput;
  catchUp(more?: Partial<CatchUpInput>): Promise<CatchUpResult>;
  /** Registers a webhook for people at the stand-in, as setup does. */
  listen(): Promise<void>;
}

/** The workflows with the witness. */
export const bundleWitness = (): Promise<string> => testWorkflowBundle(path.join(import.meta.dirname, 'workflows.ts'));

export async function startCatchUpStack(bundle: string, integrations: Readonly<Record<string, IntegrationInput>>): Promise<CatchUpStack> {
  const stack = await startStack({ bundle, integrations });
  const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS']! });
  const client = new Client({ connection, namespace: stack.env['TEMPORAL_NAMESPACE']! });
  const realm = scheduleRealm(stack.config, stack.env);
  const input = catchUpInput(realm, twentyWorkspaces(stack.config)[0]!, 'off');
  return {
    ...stack, client, catchUpInput: input,
    catchUp: (more = {}) => catchUpNow(client, realm, { ...input, ...more }),
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
      await connection.close();
    },
  };
}
