import { setTimeout as pause } from 'node:timers/promises';
import type { Author } from './author.ts';
import type { Bucket } from './bucket.ts';
import type { RecordEvent } from './event.ts';
import { Sabotage } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import { Operations } from './operations.ts';
import { invalidData, limitReached } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { Workspace } from './workspace.ts';

/** Called for every record call after authentication and the limits, before it is carried out. */
export type BeforeOperation = (operation: string, variables: Readonly<Record<string, unknown>>) => void | Promise<void>;

/** Everything a call needs besides its own words. */
export interface Service {
  readonly workspace: Workspace;
  readonly author: Author;
  readonly maxBatch: number;
  /** Short limit first; empty when limits are off. */
  readonly buckets: readonly Bucket[];
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly emit: (events: readonly RecordEvent[]) => void;
  beforeOperation: BeforeOperation | undefined;
}

export interface Call {
  readonly kind: 'graphql' | 'rest';
  readonly operation: string;
  readonly object?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Serves one record call: a fault if one is due, a token, the hook, the work, the ledger, the events. */
export async function serve<T>(service: Service, call: Call, work: (operations: Operations) => T): Promise<T> {
  const startedAtMs = service.workspace.now();
  const fault = service.faults.take(call.operation);
  const note = (outcome: LedgerEntry['outcome'], tokens: number, more: Partial<LedgerEntry> = {}): void => {
    service.ledger.add({
      at: new Date(startedAtMs).toISOString(), kind: call.kind, operation: call.operation, tokens, records: 0, outcome,
      elapsedMs: service.workspace.now() - startedAtMs,
      ...(call.object === undefined ? {} : { object: call.object }), ...(fault === undefined ? {} : { fault: fault.effect.kind }), ...more,
    });
  };
  await spoilBefore(fault, () => note('error', 0));
  const refused = takeTokens(service);
  if (refused !== undefined) {
    note('refused by limit', 0, { message: refused.message });
    throw refused;
  }
  await service.beforeOperation?.(call.operation, call.variables);
  const operations = new Operations(service.workspace, service.author, service.maxBatch, (object, data) => {
    const message = service.faults.refusalOf(object.nameSingular, data);
    if (message !== undefined) throw invalidData(message);
  });
  const tokens = service.buckets.length > 0 ? 1 : 0;
  let result: T;
  try {
    result = work(operations);
  } catch (error) {
    note('error', tokens, { message: error instanceof Error ? error.message : String(error) });
    throw error;
  }
  note('served', tokens, { records: operations.records, ...(operations.writes === undefined ? {} : { writes: operations.writes }) });
  if (operations.events.length > 0) service.emit(operations.events);
  if (fault?.when === 'after' && fault.effect.kind !== 'delay') throw new Sabotage(fault.effect);
  return result;
}

async function spoilBefore(fault: Fault | undefined, note: () => void): Promise<void> {
  if (fault === undefined) return;
  if (fault.effect.kind === 'delay') await pause(fault.effect.delayMs);
  else if (fault.when !== 'after') {
    note();
    throw new Sabotage(fault.effect);
  }
}

/** A call that the long limit refuses has already taken its token from the short one, as in Twenty. */
function takeTokens(service: Service): Refusal | undefined {
  const nowMs = service.workspace.now();
  for (const bucket of service.buckets) if (!bucket.take(nowMs)) return limitReached(bucket.capacity, bucket.periodMs);
  return undefined;
}
