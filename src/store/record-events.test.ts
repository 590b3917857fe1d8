// Past 250 lines: all rules by which record events are weighed, over the same few helpers.
import { beforeEach, expect, test } from 'vitest';
import type { NewEvent } from '../domain/event.ts';
import type { RecordAction, RecordRule, Settling } from '../domain/record-event.ts';
import { ownDatabase } from '../../test/harness/own-database.ts';
import { acceptEvents } from './accept.ts';
import { type ClaimRequest, claimSet } from './claim.ts';
import type { Database } from './database.ts';
import { applyAction } from './hand.ts';
import { loadDeliveries } from './items.ts';
import { setMode } from './modes.ts';
import { ensureIntegrations } from './sets.ts';
import { settle } from './settle.ts';
import { claimDefaults, refOf } from './store.fixture.ts';

let database: Database;
ownDatabase((own) => (database = own));

let integration = '';
let tests = 0;
beforeEach(async () => {
  integration = `scoring-${String((tests += 1))}`;
  await ensureIntegrations(database, [integration]);
});

interface Change {
  readonly action?: RecordAction;
  /** Seconds after a fixed moment. */
  readonly at: number;
  readonly inputs?: string;
  readonly matches?: boolean;
  readonly settle?: Settling;
  readonly rule?: RecordRule;
  readonly everyEdit?: boolean;
}

const record = 'r1';

function eventOf({ action = 'updated', at, inputs = String(at), matches, settle: settling, rule, everyEdit }: Change, id = record): NewEvent {
  const updatedAt = new Date(1_800_000_000_000 + at * 1_000).toISOString();
  const weighed: RecordRule = rule ?? (matches === undefined ? { kind: 'change', inputs } : { kind: 'transition', inputs, matches });
  return {
    source: `twenty:${integration}`, dedupe: { key: `${id}:${action}:${String(at)}:${inputs}` }, contentType: 'application/json', headers: {},
    body: Buffer.from('{}'), verdict: 'test',
    record: { workspace: integration, object: 'person', id, action, updatedAt, hash: inputs, deleted: action === 'deleted' },
    deliveries: [{ integration, laneKey: id, urgency: 'bulk', record: { id, action, rule: weighed, settle: settling, everyEdit } }],
  };
}

async function arrives(...changes: readonly Change[]): Promise<void> {
  for (const change of changes) await acceptEvents(database, [eventOf(change)]);
}

const rules = { maxRunsPerRecordPerHour: 30, flood: { above: 1_000, then: 'sets' as const }, timeZone: 'UTC' };

const claims = (parts: Partial<ClaimRequest> = {}) => claimSet(database, { ...claimDefaults, integration, rules, ...parts });

/** A run over what is due, ending as told; undefined when nothing was worth a run. Answers the actions it was given. */
async function run(end: 'succeeded' | 'failed' = 'succeeded', inputs?: string, parts: Partial<ClaimRequest> = {}): Promise<readonly unknown[] | undefined> {
  let result = await claims(parts);
  while (result.kind === 'sifted') result = await claims(parts);
  if (result.kind !== 'claimed') return undefined;
  const ref = refOf(result.set);
  const deliveries = await loadDeliveries(database, ref);
  const outcome = { state: end, code: 'test', reason: 'because' } as const;
  await settle(database, ref, deliveries.map(({ deliveryId }) => ({ deliveryId, outcome, inputs })));
  return deliveries.map(({ action }) => action);
}

async function ends(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ end: string }>(
    `select state || coalesce(': ' || code, '') as end from deliveries where integration = $1 order by seq`, [integration]);
  return rows.map(({ end }) => end);
}

test('what is older than what was seen of a record is skipped as stale, and so is a copy of it', async () => {
  await arrives({ at: 2 }, { at: 1 });
  await acceptEvents(database, [{ ...eventOf({ at: 2 }), dedupe: { key: 'a copy' } }]);
  expect(await ends()).toEqual(['pending', 'skipped: stale', 'skipped: stale']);
});

test('a creation that arrives after later changes is news, once', async () => {
  await arrives({ at: 2 }, { action: 'created', at: 1 });
  await acceptEvents(database, [{ ...eventOf({ action: 'created', at: 1 }), dedupe: { key: 'found by reading' } }]);
  expect(await ends()).toEqual(['pending', 'pending', 'skipped: stale']);
});

test('a record that is destroyed is news though its last change is known', async () => {
  await arrives({ at: 1 }, { action: 'destroyed', at: 1 });
  expect(await ends()).toEqual(['pending', 'pending']);
});

test('several events of one record in one commit are noted as the newest of them, and weighed as if each had come by itself', async () => {
  await acceptEvents(database, [eventOf({ action: 'created', at: 1 }), eventOf({ at: 3 }), eventOf({ at: 2 })]);
  const { rows } = await database.pool.query('select hash, created_known from seen where workspace = $1', [integration]);
  expect(rows).toEqual([{ hash: '3', created_known: true }]);
  expect(await ends()).toEqual(['pending', 'pending', 'skipped: stale']);
});

test('an edit session of 40 autosaves is one run; the creation before it survives', async () => {
  await arrives({ action: 'created', at: 0 }, ...Array.from({ length: 40 }, (_, n) => ({ at: n + 1 })));
  expect(await run()).toEqual(['created', 'updated']);
  expect((await ends()).filter((end) => end === 'superseded: superseded')).toHaveLength(39);
});

test('a record is left alone until it has been quiet, but no longer than allowed', async () => {
  const dueInMs = async (): Promise<number> => {
    const { rows } = await database.pool.query<{ ms: number }>(
      `select extract(epoch from due_at - clock_timestamp())::float8 * 1000 as ms from lanes where integration = $1`, [integration]);
    return rows[0]!.ms;
  };
  const settling = { quietMs: 50_000, maxMs: 80_000 };
  await arrives({ at: 1, settle: settling });
  expect(await claims()).toEqual({ kind: 'nothing' });
  expect(await dueInMs()).toBeGreaterThan(40_000);
  await database.pool.query(`update lanes set due_at = due_at - interval '49 seconds', settle_by = settle_by - interval '49 seconds' where integration = $1`, [integration]);
  await arrives({ at: 2, settle: settling });
  const ms = await dueInMs();
  expect(ms).toBeGreaterThan(20_000);
  expect(ms).toBeLessThan(31_000);
  await acceptEvents(database, [{ ...eventOf({ at: 3 }), record: undefined, deliveries: [{ integration, laneKey: record, urgency: 'bulk', record: { id: record } }] }]);
  expect(await dueInMs()).toBeLessThan(10);
});

test('the same inputs are not run twice: an echo of our own write, a repeat, a change of something else', async () => {
  await arrives({ at: 1, inputs: 'A' });
  await run('succeeded', 'A');
  await arrives({ at: 2, inputs: 'A' });
  expect(await run()).toBeUndefined();
  expect(await ends()).toEqual(['succeeded: test', 'skipped: unchanged']);
  const { rows } = await database.pool.query<{ reason: string }>(`select reason from deliveries where integration = $1 and code = 'unchanged'`, [integration]);
  expect(rows[0]!.reason).toMatch(/^Inputs unchanged since \d\d:\d\d\.$/);
});

test('where every edit counts, an echo of our own write covers no edit before it', async () => {
  const every = { rules: { ...rules, everyEdit: true } };
  await arrives({ at: 1, inputs: 'A' });
  await run('succeeded', 'ours', every);
  await arrives({ at: 2, inputs: 'theirs', everyEdit: true }, { at: 3, inputs: 'ours', everyEdit: true });
  expect(await run('succeeded', 'ours', every)).toEqual(['updated']);
  expect(await ends()).toEqual(['succeeded: test', 'succeeded: test', 'skipped: unchanged']);
});

test('where every edit counts, one that comes after something newer is news', async () => {
  await arrives({ at: 3, inputs: 'ours', everyEdit: true }, { at: 2, inputs: 'theirs', everyEdit: true });
  expect(await ends()).toEqual(['pending', 'pending']);
  await arrives({ at: 5, inputs: 'later' }, { at: 4, inputs: 'late' });
  expect((await ends()).slice(2)).toEqual(['pending', 'skipped: stale']);
});

test('from A to B and back to A runs three times', async () => {
  for (const [at, inputs] of ['A', 'B', 'A'].entries()) {
    await arrives({ at, inputs });
    expect(await run('succeeded', inputs)).toEqual(['updated']);
  }
});

test('after a failed run the inputs of the last success run again', async () => {
  await arrives({ at: 1, inputs: 'A' });
  await run('succeeded', 'A');
  await arrives({ at: 2, inputs: 'B' });
  await run('failed');
  await arrives({ at: 3, inputs: 'A' });
  expect(await run('succeeded', 'A')).toEqual(['updated']);
});

test('a run that did not say which inputs it worked from leaves the next event to run', async () => {
  await arrives({ at: 1, inputs: 'A' });
  await run('succeeded');
  await arrives({ at: 2, inputs: 'A' });
  expect(await run('succeeded', 'A')).toEqual(['updated']);
});

test('a start by hand runs whatever the inputs, and its inputs then count', async () => {
  await arrives({ at: 1, inputs: 'A' });
  await run('succeeded', 'A');
  await acceptEvents(database, [{ ...eventOf({ at: 2 }), record: undefined, dedupe: { key: `hand ${integration}` }, deliveries: [{ integration, laneKey: record, urgency: 'bulk', record: { id: record } }] }]);
  expect(await run('succeeded', 'A')).toEqual([undefined]);
  await arrives({ at: 3, inputs: 'A' });
  expect(await run()).toBeUndefined();
});

test('a transition runs when the record comes to match, not when it is touched while it does', async () => {
  await arrives({ action: 'created', at: 0, inputs: 'NEW', matches: false });
  expect(await run()).toBeUndefined();
  await arrives({ at: 1, inputs: 'WON', matches: true });
  expect(await run()).toEqual(['updated']);
  await arrives({ at: 2, inputs: 'WON', matches: true });
  expect(await run()).toBeUndefined();
  await arrives({ at: 3, inputs: 'NEW', matches: false });
  expect(await run()).toBeUndefined();
  await arrives({ at: 4, inputs: 'WON', matches: true });
  expect(await run()).toEqual(['updated']);
});

test('a match of which nobody knows what was before is held; a person can let it pass', async () => {
  await arrives({ at: 1, inputs: 'WON', matches: true });
  expect(await run()).toBeUndefined();
  expect(await ends()).toEqual(['held: no_snapshot']);
  await applyAction(database, 'release', { code: 'no_snapshot', integration }, 'a person');
  expect(await run()).toEqual(['updated']);
});

test('a record created as a match is a transition', async () => {
  await arrives({ action: 'created', at: 1, inputs: 'WON', matches: true });
  expect(await run()).toEqual(['created']);
});

test('more runs for one record than allowed within an hour are held, and run when released', async () => {
  const few = { rules: { ...rules, maxRunsPerRecordPerHour: 3 } };
  for (const at of [1, 2, 3, 4]) {
    await arrives({ at });
    await run('succeeded', String(at), few);
  }
  expect(await ends()).toEqual(['succeeded: test', 'succeeded: test', 'succeeded: test', 'held: loop_brake']);
  await applyAction(database, 'release', { code: 'loop_brake', integration }, 'a person');
  expect(await run('succeeded', '4', few)).toEqual(['updated']);
});

test('a storm above the threshold is held when configured so, and runs in sets when released', async () => {
  const guarded = { rules: { ...rules, flood: { above: 100, then: 'hold' as const } } };
  await acceptEvents(database, Array.from({ length: 150 }, (_, n) => eventOf({ at: 1 }, `r${String(n)}`)));
  expect(await claims(guarded)).toEqual({ kind: 'sifted' });
  expect(new Set(await ends())).toEqual(new Set(['held: flood']));
  await acceptEvents(database, [eventOf({ at: 1 }, 'late')]);
  expect(await claims(guarded)).toEqual({ kind: 'sifted' });
  await applyAction(database, 'release', { code: 'flood', integration }, 'a person');
  expect(await run('succeeded', undefined, guarded)).toHaveLength(151);
});

test('a paused integration accepts and keeps; live again it goes on', async () => {
  await setMode(database, [integration], 'paused', 'a person');
  await arrives({ at: 1 });
  expect(await claims()).toEqual({ kind: 'nothing' });
  await setMode(database, [integration], 'live', 'a person');
  expect(await run()).toEqual(['updated']);
});

test('a dry run neither reads nor stores what is up to date', async () => {
  await arrives({ at: 1, inputs: 'A' });
  await run('succeeded', 'A');
  await setMode(database, [integration], 'dry-run', 'a person');
  await arrives({ at: 2, inputs: 'A' });
  expect(await run('succeeded', 'X')).toEqual(['updated']);
  await setMode(database, [integration], 'live', 'a person');
  await arrives({ at: 3, inputs: 'A' });
  expect(await run()).toBeUndefined();
});

test('what a dry run planned runs for good when it is replayed; what was sent as a trial stays one', async () => {
  await setMode(database, [integration], 'dry-run', 'a person');
  await arrives({ at: 1 });
  await acceptEvents(database, [{ ...eventOf({ at: 2 }, 'r2'), deliveries: [{ integration, laneKey: 'r2', urgency: 'bulk', dryRun: true }] }]);
  for (let claimed = await claims(); claimed.kind === 'claimed'; claimed = await claims()) {
    expect(claimed.set.dryRun).toBe(true);
    const planned = { state: 'skipped', code: 'dry_run', reason: 'a plan' } as const;
    const deliveries = await loadDeliveries(database, refOf(claimed.set));
    await settle(database, refOf(claimed.set), deliveries.map(({ deliveryId }) => ({ deliveryId, outcome: planned })));
  }
  await setMode(database, [integration], 'live', 'a person');
  expect(await applyAction(database, 'replay', { code: 'dry_run', integration }, 'a person')).toBe(1);
  const again = await claims();
  expect(again).toMatchObject({ kind: 'claimed', set: { dryRun: false, size: 1 } });
});
