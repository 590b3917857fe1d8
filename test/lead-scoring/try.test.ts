import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CliResult, runCli } from '../harness/cli.ts';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

let folder: string;
let stack: ScoringStack | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-try-'));
});
afterEach(async () => {
  await stack?.close();
  stack = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Tried {
  readonly sample: string;
  readonly event: { readonly source: string; readonly deliveries: readonly { readonly state: string; readonly code: string; readonly effects: readonly { readonly summary: string; readonly state: string }[] }[] };
}

/** What each trial came to: its name, where it came in, and the ends of its deliveries with their plans. */
function came({ stdout }: CliResult): readonly unknown[] {
  return (JSON.parse(stdout) as readonly Tried[]).map(({ sample, event }) =>
    [sample, event.source, ...event.deliveries.map(({ state, code, effects }) => [state, code, ...effects.map((effect) => `${effect.state}: ${effect.summary}`)])]);
}

function tryIt(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<CliResult> {
  return runCli({ cwd: folder, env: { DATABASE_URL: env['DATABASE_URL'] ?? 'postgres://nobody@127.0.0.1:1/none' } }, 'try', ...args);
}

function eventFile(eventName: string, record: Readonly<Record<string, unknown>>, updatedFields: readonly string[] = []): string {
  const file = path.join(folder, `${eventName}.json`);
  writeFileSync(file, JSON.stringify({ eventName, record, updatedFields }));
  return file;
}

test('sluice try plans for an event of a record and for a record by its id, and writes, tells and notes nothing', { timeout: 180_000 }, async () => {
  stack = await startScoring({ threshold: 20, tellFirst: 'always', onThreshold: { task: {} } }, {}, ['worker']);
  const { env, database, twenty } = stack;
  const id = stack.person({ ...mailOf('ann'), jobTitle: 'CEO' });
  await twenty.settled();
  await database.pool.query('delete from deliveries');
  await stack.start('dispatcher');
  const seen = async () => (await database.pool.query('select record_id, updated_at, hash from seen order by record_id')).rows;
  const seenBefore = await seen();

  const samples = await tryIt(env, 'lead-score', '--json');
  const file = await tryIt(env, 'lead-score', '--sample', eventFile('person.updated', stack.record(id), ['jobTitle']), '--json');
  const record = await tryIt(env, 'lead-score', '--record', id, '--json');
  const text = await tryIt(env, 'lead-score', '--record', id);
  const nobody = await tryIt(env, 'lead-score', '--record', '7a1d3a52-1c0b-4b8e-9a34-5a0f2f6f7c12');

  const source = 'try:lead-score';
  const plan = ['skipped', 'dry_run', ...['create task “ann@acme.example reached 27 points”', 'link the task to the person', 'write the lead score 27'].map((summary) => `planned: ${summary}`)];
  expect([samples.exitCode, came(samples)]).toEqual([0, [['person-created', source, ['skipped', 'deleted']], ['new-job-title', source, ['skipped', 'deleted']]]]);
  expect([file.exitCode, sorted(came(file))]).toEqual([0, [['person.updated.json', source, plan]]]);
  expect([record.exitCode, sorted(came(record))]).toEqual([0, [[`record ${id}`, source, ['succeeded', 'selected'], plan]]]);
  expect([text.exitCode, text.stdout.match(/lead-score < .*/g)]).toEqual([0, [`lead-score < record ${id}: skipped, dry_run, Dry run: this is what would have been done.`]]);
  expect(text.stdout).toContain('write the lead score 27');
  expect([nobody.exitCode, nobody.stdout]).toEqual([1, expect.stringContaining('skipped, deleted, There is no such person in Twenty')]);
  expect([stack.score(id), twenty.records('tasks')]).toEqual([null, []]);
  expect((await database.pool.query('select 1 from lead_scores')).rows).toEqual([]);
  expect(await seen()).toEqual(seenBefore);
});

test('sluice try says what is wrong with what cannot be tried', { timeout: 120_000 }, async () => {
  const record = { id: 'a', updatedAt: '2026-01-05T09:30:00.000Z' };
  const notes = path.join(folder, 'notes.json');
  writeFileSync(notes, '{"name":"Ann Lee"}');
  const chores = { cwd: folder, env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', SLUICE_CONFIG: path.join(import.meta.dirname, '../triggers/sluice.config.ts') } };
  const results = await Promise.all([
    tryIt({}, 'lead-score', '--sample', eventFile('company.created', record)),
    tryIt({}, 'lead-score', '--sample', eventFile('person.updated', record, ['position'])),
    tryIt({}, 'lead-score', '--sample', notes),
    tryIt({}, 'lead-score', '--sample', notes, '--record', 'a'),
    tryIt({}, 'contact-form', '--record', 'a'),
    runCli(chores, 'try', 'chores'),
    runCli(chores, 'try', 'scores'),
  ]);

  expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 2, 1, 1, 1]);
  expect(results.map(({ stderr }) => stderr.trim())).toEqual([
    expect.stringMatching(/^lead-score would drop company\.created\.json \(company\.created\): it listens to person created, updated \(.*jobTitle.*\), restored\.$/),
    expect.stringContaining('lead-score would drop person.updated.json (person.updated of position): it listens to'),
    'lead-score takes record events as Twenty posts them, and notes.json is none: eventName must be a text such as "person.created".',
    'Say --sample or --record, not both.',
    'contact-form does not run over records, so --record cannot be tried with it.',
    'chores takes no webhooks and listens to no records, so it has no sample to try: sluice trigger chores --dry-run plans a start by hand.',
    'scores takes no webhooks and listens to no records, so it has no sample to try: name one with --record.',
  ]);
});

/** The plan's lines in the order of the alphabet: effects of one step share their time. */
function sorted(all: readonly unknown[]): readonly unknown[] {
  return (all as readonly (readonly unknown[])[]).map((one) => one.map((part) => (Array.isArray(part) ? [...(part as string[]).slice(0, 2), ...(part as string[]).slice(2).toSorted()] : part)));
}
