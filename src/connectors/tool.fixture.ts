import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectorError } from '../domain/failure.ts';
import { type SandboxTools, type StandIn, startSandboxTools } from '../sandbox/tools/index.ts';
import { createHttpClient, type HttpClient } from './http/client.ts';
import type { OpenTool, Tool, ToolCall, ToolContext } from './tool.ts';

/** What a step hands to a connector, where nothing is counted. */
export const freely: ToolCall = { pace: () => Promise.resolve() };

/** A context as the worker makes it, with the secrets of `env`. `timeoutMs` is asked before each request; undefined leaves the connector's own. */
export function toolContext(env: Readonly<Record<string, string>>, timeoutMs: () => number | undefined = () => undefined): ToolContext & { close(): Promise<void> } {
  const clients: HttpClient[] = [];
  return {
    secret: ({ name }) => () => env[name] ?? '',
    http: (options) => {
      const client = createHttpClient(options);
      clients.push(client);
      return {
        send: (request) => {
          const own = timeoutMs();
          return client.send(own === undefined ? request : { ...request, timeoutMs: own });
        },
        close: () => client.close(),
      };
    },
    allowInsecure: [],
    close: async () => void (await Promise.all(clients.map((client) => client.close()))),
  };
}

export interface ContractOf<S> {
  readonly standIn: () => StandIn;
  readonly open: OpenTool<S>;
  /** Validated settings for a stand-in at this address. */
  settings(url: string, env: Readonly<Record<string, string>>): S;
  /** One request to it that succeeds, and of which the stand-in's state allows many. */
  act(tool: Tool): Promise<unknown>;
  /** Whether that request changes something, so that a lost answer leaves its outcome unknown. */
  readonly changes: boolean;
  /** A request that the service refuses for what is in it; left out where it refuses nothing. */
  readonly refused?: { act(tool: Tool): Promise<unknown>; readonly says: RegExp };
}

/** What is asked of every connector: how it tells success, refusals, a bad key, rates, faults, lost and senseless answers. */
export function keepsTheContract<S>(name: string, contract: ContractOf<S>): void {
  describe(`${name} before its stand-in`, () => {
    let sandbox: SandboxTools;
    let tool: Tool;
    let context: ReturnType<typeof toolContext>;
    /** Short only while an answer is known not to come: on a busy machine one that comes may take a while. */
    let timeoutMs: 150 | undefined;
    beforeAll(async () => {
      const standIn = contract.standIn();
      sandbox = await startSandboxTools([standIn]);
      context = toolContext(sandbox.env, () => timeoutMs);
      tool = contract.open(contract.settings(sandbox.urlOf(standIn.name), sandbox.env), context);
    });
    afterAll(async () => {
      await tool.close?.();
      await context.close();
      await sandbox.close();
    });
    const spoilt = async (kind: Parameters<SandboxTools['faults']['next']>[1]): Promise<ConnectorError> => {
      sandbox.faults.clear();
      sandbox.faults.next(contract.standIn().name, kind);
      timeoutMs = kind === 'hang' ? 150 : undefined;
      const failure = await contract.act(tool).then(() => undefined, (error: unknown) => error);
      sandbox.faults.clear();
      timeoutMs = undefined;
      return failure as ConnectorError;
    };

    test('a request that fits is served', async () => {
      await expect(contract.act(tool)).resolves.not.toThrow();
    });
    test.runIf(contract.refused !== undefined)('what the service refuses is rejected with its words', async () => {
      await expect(contract.refused!.act(tool)).rejects.toMatchObject({ name: 'ConnectorError', kind: 'rejected', message: expect.stringMatching(contract.refused!.says) as string });
    });
    test('a key that is refused is unauthorized', async () => {
      expect(await spoilt('unauthorized')).toMatchObject({ name: 'ConnectorError', kind: 'unauthorized' });
    });
    test('its refusal for the rate is rate_limited', async () => {
      expect(await spoilt('rate')).toMatchObject({ name: 'ConnectorError', kind: 'rate_limited' });
    });
    test('a 500 is unavailable, its outcome unknown where something was to change', async () => {
      expect(await spoilt('error')).toMatchObject({ name: 'ConnectorError', kind: 'unavailable', outcomeUnknown: contract.changes });
    });
    test('an answer lost after the effect leaves the outcome unknown where something was to change', async () => {
      expect(await spoilt('cut')).toMatchObject({ name: 'ConnectorError', outcomeUnknown: contract.changes });
    });
    test('no answer in time is timed_out', async () => {
      expect(await spoilt('hang')).toMatchObject({ name: 'ConnectorError', kind: 'timed_out', outcomeUnknown: contract.changes });
    });
    test('an answer that makes no sense is malformed', async () => {
      expect(await spoilt('malformed')).toMatchObject({ name: 'ConnectorError', kind: 'malformed' });
    });
  });
}
