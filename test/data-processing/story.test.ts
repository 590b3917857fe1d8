import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../harness/cli.ts';
import { csv, type DataStack, startData } from './rig.ts';

let stack: DataStack;
beforeAll(async () => void (stack = await startData()), 120_000);
afterAll(() => stack.close());

const FILE = csv(
  'First name;Last name;E-Mail;Title;Company;Website',
  'Mara;Lindqvist;mara@bluepeak.example;Head of Operations;Blue Peak AB;bluepeak.example',
  'Jonas;"Weber; Klein";jonas@bluepeak.example;"Buyer,\r\nNorth";Blue Peak AB;https://www.bluepeak.example/about',
  'Aiko;Tanaka;aiko(at)hoshino.example;Engineer;Hoshino Works;hoshino.example',
  'Lucia;Ferri',
  'Mara;Lindqvist;mara@bluepeak.example;Chief Operating Officer;Blue Peak AB;bluepeak.example',
);

test('a file becomes people with their company, doubles are kept once, and what is wrong is kept with its reason', { timeout: 120_000 }, async () => {
  const { status, eventId } = await stack.post(FILE);
  await stack.quiet();

  expect(status).toBe(202);
  expect((await stack.endings()).at(-1)).toMatchObject({ state: 'succeeded', code: 'rows_rejected', reason: '3 of 5 rows: 2 created, 1 skipped, 2 rejected (1 email_invalid, 1 too_few_cells); sluice rows gives them to you for correction.' });
  expect(stack.titles()).toEqual({ 'mara@bluepeak.example': 'Chief Operating Officer', 'jonas@bluepeak.example': 'Buyer,\r\nNorth' });
  const companies = stack.twenty.records('companies').filter(({ name }) => name === 'Blue Peak AB');
  expect(companies).toHaveLength(1);
  expect(new Set(stack.people().map((person) => person['companyId']))).toEqual(new Set([companies[0]!['id']]));
  const rejected = await stack.rows(eventId, '?state=rejected&format=ndjson');
  expect(rejected.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { _sluice_row: 3, _sluice_code: 'email_invalid', _sluice_path: 'email', _sluice_value: 'aiko(at)hoshino.example', last: 'Tanaka' },
    { _sluice_row: 4, _sluice_code: 'too_few_cells', first: 'Lucia' },
  ]);
});

test('the same file again changes nothing, and a corrected row goes through alone', { timeout: 120_000 }, async () => {
  const before = stack.twenty.ledger.written('created').length + stack.twenty.ledger.written('updated').length;
  await stack.post(FILE, 'text/csv', { 'idempotency-key': 'again' });
  await stack.quiet();
  const after = stack.twenty.ledger.written('created').length + stack.twenty.ledger.written('updated').length;
  const { eventId } = await stack.post(JSON.stringify([{ _sluice_row: 3, first: 'Aiko', last: 'Tanaka', email: 'aiko@hoshino.example', title: 'Engineer', website: 'hoshino.example', _sluice_code: 'email_invalid' }]), 'application/json');
  await stack.quiet();

  expect(after).toBe(before);
  expect((await stack.endings()).slice(-2)).toMatchObject([
    { code: 'rows_rejected', reason: '3 of 5 rows: 2 unchanged, 1 skipped, 2 rejected (1 email_invalid, 1 too_few_cells); sluice rows gives them to you for correction.' },
    { state: 'succeeded', code: 'rows_done', reason: '1 of 1 row: 1 created' },
  ]);
  expect(stack.titles()).toMatchObject({ 'aiko@hoshino.example': 'Engineer' });
  expect(JSON.parse(await stack.rows(eventId))).toMatchObject({ counts: { total: 1, byState: { created: 1 } } });
});

test('rejected rows come out as CSV, are corrected in the file, and go in again from the command line', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), `sluice-test-${String(process.pid)}-`));
  const surroundings = { cwd: folder, env: { DATABASE_URL: stack.env['DATABASE_URL']!, SLUICE_CONFIG: path.join(import.meta.dirname, '../proof/data-processing.config.ts') } };
  const { eventId } = await stack.post(csv('First name;Last name;E-Mail;Title', 'N;Okoye;ngozi at acme.example;"Head, ""Sales"""', 'F;Fine;fine@acme.example;'));
  await stack.quiet();
  const out = await runCli(surroundings, 'rows', eventId, '--rejected', '--format', 'csv');
  const table = await runCli(surroundings, 'rows', eventId);
  writeFileSync(path.join(folder, 'bad.csv'), out.stdout.replace(',ngozi at acme.example,"Head', ',ngozi@acme.example,"Head'));
  const again = await runCli(surroundings, 'rows', 'resubmit', 'bad.csv', '--integration', 'contacts');
  await stack.quiet();
  const nowhere = await runCli(surroundings, 'rows', 'resubmit', 'bad.csv', '--integration', 'kontakte');
  rmSync(folder, { recursive: true });

  expect(out.stdout.split('\r\n')).toEqual([
    '_sluice_row,_sluice_state,_sluice_code,_sluice_path,_sluice_value,_sluice_problem,_sluice_decision,first,last,email,title',
    '1,rejected,email_invalid,email,ngozi at acme.example,Invalid email address,,N,Okoye,ngozi at acme.example,"Head, ""Sales"""',
    '',
  ]);
  expect(table.stdout).toContain('2 rows: 1 created, 1 rejected');
  expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining('Accepted as event')]);
  expect(stack.titles()).toMatchObject({ 'ngozi@acme.example': 'Head, "Sales"' });
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([1, expect.stringContaining('The configuration has: contacts.')]);
});
