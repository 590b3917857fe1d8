import type { AddressInfo } from 'node:net';
import { apiKeyAuthor } from './author.ts';
import { Bucket } from './bucket.ts';
import type { RecordEvent } from './event.ts';
import { Faults } from './faults.ts';
import { keepJournal } from './journal.ts';
import { Ledger } from './ledger.ts';
import { seedMembers } from './members.ts';
import { defaultApiKeyName, defaultMembers, defaultWorkspaceId, sandboxApiKey } from './options.ts';
import type { SandboxTwentyOptions } from './options.ts';
import type { ApiRecord } from './record.ts';
import type { Sandbox } from './sandbox.ts';
import { serveSandbox } from './server.ts';
import type { BeforeOperation, Service } from './service.ts';
import { StandardWorkflow } from './standard-workflow.ts';
import { allRecords, userHands } from './user-hands.ts';
import type { UserHands } from './user-hands.ts';
import type { Views } from './views.ts';
import type { Delivery } from './webhook-queue.ts';
import type { Weather } from './weather.ts';
import { Webhooks } from './webhooks.ts';
import { Workspace } from './workspace.ts';

export type { SandboxTwentyOptions } from './options.ts';

/** A strict stand-in for a Twenty 2.21 server over real HTTP. */
export interface SandboxTwenty {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly apiKey: string;
  readonly workspaceId: string;
  /** Every call that a client made; what tests do by hand is not in it. */
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** All records of an object (`people`), the trash included, as the API answers them. */
  records(objectPlural: string): readonly ApiRecord[];
  readonly asUser: UserHands;
  /** Its saved views, as a signed-in user makes them. */
  readonly views: Views;
  /** Tokens that the long limit would grant now; undefined when it is off. */
  availableTokens(): number | undefined;
  /** Leaves so many tokens in the long limit, as if a call had just been served. */
  setTokens(tokens: number): void;
  beforeOperation: BeforeOperation | undefined;
  /** Every webhook attempt, in the order it ended. */
  readonly deliveries: readonly Delivery[];
  /** Loses webhooks, and delays the others so that they arrive out of order; undefined ends it. */
  disturbWebhooks(weather: Weather | undefined): void;
  /** Resolves when no webhook is queued and no run of the standard workflow is due. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function startSandboxTwenty(options: SandboxTwentyOptions = {}): Promise<SandboxTwenty> {
  const now = options.now ?? Date.now;
  const workspaceId = options.workspaceId ?? defaultWorkspaceId;
  const workspace = new Workspace(workspaceId, now);
  const members = options.workspaceMembers ?? defaultMembers;
  const webhooks = new Webhooks(workspace, {
    safeMode: options.webhookSafeMode ?? false, activationMs: options.webhookActivationMs ?? 0, timeoutMs: options.webhookTimeoutMs ?? 5_000,
  });
  if (options.dataDir !== undefined) keepJournal(options.dataDir, workspace, webhooks);
  seedMembers(workspace, members);
  const emit = (events: readonly RecordEvent[]): void => {
    webhooks.emit(events);
    workflow?.hear(events);
  };
  const workflow = options.standardWorkflow === 'off' ? undefined : new StandardWorkflow(workspace, options.standardWorkflow?.delayMs ?? 2_000, emit);
  const settled = async (): Promise<void> => {
    await workflow?.idle();
    await webhooks.idle();
  };
  const long = options.bucket === 'off' ? undefined : new Bucket(options.bucket ?? { capacity: 100, refillMs: 600 }, now());
  const short = new Bucket(options.shortLimit ?? { capacity: 100, refillMs: 10 }, now());
  const service: Service = {
    workspace,
    author: apiKeyAuthor(options.apiKeyName ?? defaultApiKeyName),
    maxBatch: options.maxBatch ?? 200,
    buckets: long === undefined ? [] : [short, long],
    ledger: new Ledger(),
    faults: new Faults(),
    emit,
    beforeOperation: undefined,
  };
  const sandbox: Sandbox = {
    apiKey: options.apiKey ?? sandboxApiKey(workspaceId),
    apiKeyName: options.apiKeyName ?? defaultApiKeyName,
    service,
    webhooks,
    asUser: userHands(workspace, members[0] ?? (defaultMembers[0] as never), emit),
    settled,
  };
  const server = serveSandbox(sandbox);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: sandbox.apiKey,
    workspaceId,
    ledger: service.ledger,
    faults: service.faults,
    records: (objectPlural) => allRecords(workspace, objectPlural),
    asUser: sandbox.asUser,
    views: workspace.views,
    availableTokens: () => long?.available(now()),
    setTokens: (tokens) => long?.set(tokens, now()),
    get beforeOperation() {
      return service.beforeOperation;
    },
    set beforeOperation(hook) {
      service.beforeOperation = hook;
    },
    deliveries: webhooks.deliveries,
    disturbWebhooks: (weather) => webhooks.disturb(weather),
    settled,
    close: async () => {
      workflow?.close();
      webhooks.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
