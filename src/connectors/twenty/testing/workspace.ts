import { afterEach } from 'vitest';
import { startSandboxTwenty } from '../../../sandbox/twenty/index.ts';
import type { SandboxTwenty, SandboxTwentyOptions } from '../../../sandbox/twenty/index.ts';
import { createTwentyClient } from '../index.ts';
import type { CallContext, TwentyClient, TwentyOptions } from '../index.ts';

/** A workspace of the stand-in server and a client on it, for tests; both end with the test. */
export interface TestWorkspace {
  readonly sandbox: SandboxTwenty;
  readonly twenty: TwentyClient;
  /** Counts what it is asked for. */
  readonly ctx: CallContext;
  /** Root fields in the order they were served since the start. */
  calls(): readonly string[];
  /** Tokens the client has asked for. */
  tokens(): number;
  /** Of each time it asked, whether it was in the middle of something. */
  midway(): readonly boolean[];
}

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((thing) => thing.close()));
});

export async function testWorkspace(options: Partial<TwentyOptions> = {}, sandboxOptions: SandboxTwentyOptions = {}): Promise<TestWorkspace> {
  const sandbox = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', ...sandboxOptions });
  const twenty = createTwentyClient({ url: sandbox.url, apiKey: () => sandbox.apiKey, ...options });
  open.push(twenty, sandbox);
  let asked = 0;
  const midway: boolean[] = [];
  const ctx: CallContext = {
    pace: (tokens, state) => {
      asked += tokens;
      midway.push(state?.midway ?? false);
      return Promise.resolve();
    },
  };
  return { sandbox, twenty, ctx, calls: () => sandbox.ledger.recordCalls().map(({ operation }) => operation), tokens: () => asked, midway: () => midway };
}

/** An id of our own, a UUID that Twenty accepts. */
export function idOf(number: number): string {
  return `7e57d000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}
