import { createRecordRouter, recordHash, type RecordRouter } from '../../config/record-routing.ts';
import type { WatchedObject } from '../../config/watched-objects.ts';
import { watchedObjects } from '../../config/watched-objects.ts';
import type { FoundRecord, TwentyChanges } from '../../connectors/twenty/index.ts';
import type { ObjectRef } from '../../store/seen.ts';
import type { ObjectInput } from '../../domain/catch-up.ts';
import type { Found } from '../../workflows/catch-up/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { onConnection, type StepContext } from '../runtime/step.ts';

/** All that reading one object takes. */
export interface ObjectReader {
  readonly deps: ActivityDeps;
  readonly ref: ObjectRef;
  readonly watched: WatchedObject;
  /** The watched fields as they are noted beside hashes. */
  readonly watchedText: string;
  readonly twenty: TwentyChanges;
  readonly context: StepContext;
  readonly route: RecordRouter;
}

/** Runs `work` with a reader that spends the connection's budget as bulk work. Undefined when nobody watches the object any more. */
export async function withReader<T>(deps: ActivityDeps, input: ObjectInput, work: (reader: ObjectReader) => Promise<T>): Promise<T | undefined> {
  const { workspace, connection, object } = input;
  const watched = watchedObjects(connection, deps.integrations.values()).find((one) => one.object === object);
  if (watched === undefined) return undefined;
  return onConnection(deps, { urgent: false }, connection, (context) =>
    work({
      deps, watched, context,
      ref: { workspace, object },
      watchedText: watched.fields.join(','),
      twenty: deps.twenty(connection).changes,
      route: createRecordRouter({ workspace, connection }, deps.integrations.values()),
    }));
}

/** A record as the rules see it. */
export function found({ watched }: ObjectReader, record: FoundRecord): Found {
  return {
    createdAtMs: Date.parse(record.createdAt),
    updatedAtMs: Date.parse(record.updatedAt),
    deletedAtMs: typeof record.deletedAt === 'string' ? Date.parse(record.deletedAt) : undefined,
    hash: recordHash(watched.fields, record),
  };
}

/** What the server's clock had reached at least when it was asked; ours less two minutes when it does not tell. */
export function clockOfTwenty(askedAt: string | undefined): Date {
  return askedAt === undefined ? new Date(Date.now() - 120_000) : new Date(askedAt);
}
