import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createTestDatabase } from '../../../test/harness/servers.ts';
import { createRecordRouter } from '../../config/record-routing.ts';
import type { Integration, RecordInterest } from '../../config/use-case.ts';
import { watchedObjects } from '../../config/watched-objects.ts';
import { createTwentyClient } from '../../connectors/twenty/index.ts';
import { type RecordAction, type RecordEvent, readRecordEvent } from '../../domain/record-event.ts';
import { type SandboxTwenty, startSandboxTwenty } from '../../sandbox/twenty/index.ts';
import { acceptEvents } from '../../store/accept.ts';
import { wantBaselines } from '../../store/baselines.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import type { ActivityDeps } from '../deps.ts';
import type { ObjectReader } from './object-reader.ts';
import { readBaseline } from './read-baseline.ts';
import { readChanges } from './read-changes.ts';
import { sweepRecords } from './sweep-records.ts';

export const ACTIONS: readonly RecordAction[] = ['created', 'updated', 'deleted', 'restored', 'destroyed'];

/** A workspace, a database and the reader of its people, under a clock that stands still unless it is turned. */
export interface Bench {
  readonly sandbox: SandboxTwenty;
  readonly database: Database;
  readonly reader: ObjectReader;
  clockMs: number;
  /** Reads until done; answers how many events were new. */
  baseline(): Promise<void>;
  changes(): Promise<number>;
  sweep(letGo?: boolean): Promise<{ readonly events: number; readonly heldGone: number | undefined }>;
  /** Delivers a webhook of a person as it stands now, or as it stood, in its own time. */
  webhook(action: RecordAction, id: string, stood?: Readonly<Record<string, unknown>>): Promise<void>;
  /** What the inbox has for an integration, in order: `created 1 `, and how each delivery ended if it has. */
  inbox(integration?: string): Promise<readonly string[]>;
  /** Calls since the last time it was asked. */
  calls(): number;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly interests?: Readonly<Record<string, Partial<RecordInterest>>>;
  readonly maxBatch?: number;
}

const START_MS = Date.parse('2026-03-02T09:00:00.000Z');

export async function openBench({ interests = { echo: {} }, maxBatch = 200 }: BenchOptions = {}): Promise<Bench> {
  const own = await createTestDatabase();
  const database = openDatabase(own.url);
  const bench = { clockMs: START_MS };
  const sandbox = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', now: () => bench.clockMs });
  const client = createTwentyClient({ url: sandbox.url, apiKey: () => sandbox.apiKey, maxBatch });
  const integrations = Object.entries(interests).map(([name, interest]) => listening(name, interest));
  const route = createRecordRouter({ workspace: 'main', connection: 'twenty' }, integrations);
  const watched = watchedObjects('twenty', integrations)[0]!;
  const deps = { database, integrations: new Map(integrations.map((one) => [one.name, one])), log: () => undefined } as unknown as ActivityDeps;
  const reader: ObjectReader = {
    deps, route, watched, watchedText: watched.fields.join(','), ref: { workspace: 'main', object: 'person' }, twenty: client.changes,
    context: { pace: () => Promise.resolve(), prepay: () => Promise.resolve(), signal: new AbortController().signal },
  };
  let counted = 0;
  return Object.assign(bench, {
    sandbox, database, reader,
    async baseline() {
      await wantBaselines(database, reader.ref, new Map([...watched.transitions].map(([name, transition]) => [name, JSON.stringify(transition)])));
      for (let done = false; !done; ) ({ done } = await readBaseline(reader));
    },
    async changes() {
      let events = 0;
      for (let done = false; !done; ) {
        const progress = await readChanges(reader);
        done = progress.done;
        events += progress.events;
      }
      return events;
    },
    async sweep(letGo = false) {
      let events = 0;
      let heldGone: number | undefined;
      for (let done = false; !done; ) {
        const progress = await sweepRecords(reader, letGo);
        ({ done, heldGone } = { heldGone: undefined, ...progress });
        events += progress.events;
      }
      return { events, heldGone };
    },
    async webhook(action: RecordAction, id: string, stood?: Readonly<Record<string, unknown>>) {
      const record = stood ?? sandbox.records('people').find((one) => one['id'] === id)!;
      const body = { eventName: `person.${action}`, record };
      const routed = route(readRecordEvent(body) as RecordEvent);
      if (routed === undefined) return;
      await acceptEvents(database, [{ ...routed, source: 'twenty:main', contentType: 'application/json', headers: {}, body: Buffer.from(JSON.stringify(body)), verdict: 'test' }]);
    },
    async inbox(integration = 'echo') {
      const { rows } = await database.pool.query<{ action: string; body: Buffer; code: string | null }>(
        `select d.action, e.body, d.code from deliveries d join events e on e.id = d.event_id where d.integration = $1 order by d.seq`, [integration]);
      return rows.map(({ action, body, code }) => {
        const { record } = JSON.parse(body.toString()) as { record: { id: string; jobTitle?: string } };
        return [action, String(Number(record.id.slice(-12))), record.jobTitle, code].filter((part) => part !== undefined && part !== null && part !== '').join(' ');
      });
    },
    calls() {
      const all = sandbox.ledger.recordCalls().length;
      const fresh = all - counted;
      counted = all;
      return fresh;
    },
    async close() {
      await client.close();
      await sandbox.close();
      await database.close();
      await own.drop();
    },
  });
}

/** An integration that listens to people. */
function listening(name: string, interest: Partial<RecordInterest>): Integration {
  const settings = { name };
  const useCase = {
    name, workflowType: name, settings: z.unknown(), urgency: 'bulk', connections: () => ['twenty'], activities: () => Promise.reject(new Error()), samples: [],
    records: () => [{ object: 'person', connection: 'twenty', actions: ACTIONS, watch: ['emails', 'jobTitle', 'company'], ...interest }],
  };
  return { name, useCase, settings } as unknown as Integration;
}

/** The id of person number n. */
export function personId(n: number): string {
  return `7e57d000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** A person that is there already, as old as the hour before. */
export function addPerson({ sandbox, clockMs }: Bench, n: number, data: Readonly<Record<string, unknown>> = {}): void {
  const at = new Date(clockMs).toISOString();
  sandbox.asUser.create('people', { id: personId(n), emails: { primaryEmail: `p${String(n)}-${randomUUID()}@acme.example` }, createdAt: at, updatedAt: at, ...data });
}
