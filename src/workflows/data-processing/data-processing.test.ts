import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineConfig } from '../../config/define-config.ts';
import { ConfigError } from '../../config/problems.ts';
import { secret } from '../../config/secret.ts';
import type { HookRequest } from '../../config/use-case.ts';
import { genericFeed } from '../../connectors/generic-feed/index.ts';
import { twenty } from '../../connectors/twenty/settings.ts';
import { checkRow } from './check-row.ts';
import type { RawRow } from './contract.ts';
import { dataProcessing, dataProcessingUseCase } from './index.ts';
import { apartFromOwn } from './own-columns.ts';
import type { DataProcessingSettings } from './settings.ts';

const WRITE = { object: 'person', fields: { firstName: 'first', lastName: 'last', email: 'email', phone: 'phone', jobTitle: 'title' }, company: { domain: 'website', name: 'company' } };
const SCHEMA = z.strictObject({
  first: z.string().optional(), last: z.string().min(2), email: z.email(), phone: z.string().optional(), title: z.string().max(10).optional(), website: z.string().optional(), company: z.string().optional(),
  plan: z.enum(['free', 'pro']).optional(), seats: z.coerce.number().int().min(1).optional(), born: z.iso.date().optional(), code: z.string().refine((text) => text.startsWith('C'), { error: 'Begins with C.', params: { code: 'code_wrong' } }).optional(),
});

function settingsOf(input: object): DataProcessingSettings {
  const base = { receive: { unauthenticated: true }, schema: SCHEMA, write: WRITE, ...input };
  const { integrations } = defineConfig({
    workspace: { timeZone: 'Europe/Berlin', country: 'DE' },
    connections: { twenty: twenty({ url: 'https://crm.acme.example', apiKey: secret('TWENTY_API_KEY') }), feed: genericFeed({ url: 'https://feed.acme.example' }) },
    integrations: { rows: dataProcessing(base as unknown as Parameters<typeof dataProcessing>[0]) },
  });
  return integrations['rows']!.settings as DataProcessingSettings;
}

function problemsOf(input: object): readonly string[] {
  try {
    settingsOf(input);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path.replace('integrations.rows', '').replace(/^\./, '')}: ${message}`);
  }
}

const check = (raw: RawRow, input: object = {}) => checkRow({ row: 1, line: 2, raw, problems: [] }, settingsOf(input));

test('a row names all that is wrong with it at once, in codes that stay the same', async () => {
  const checked = await check({ last: 'X', email: 'nothing', title: 'far too long a title', plan: 'gold', seats: '0', born: '5.1.2026', code: 'x', extra: '1' });
  expect(checked).toMatchObject({ state: 'rejected' });
  expect(checked.state === 'rejected' ? checked.problems.map(({ code, path, value }) => [code, path, value]) : []).toEqual([
    ['too_short', 'last', 'X'], ['email_invalid', 'email', 'nothing'], ['too_long', 'title', 'far too long a title'], ['value_not_allowed', 'plan', 'gold'], ['too_small', 'seats', '0'],
    ['date_invalid', 'born', '5.1.2026'], ['code_wrong', 'code', 'x'], ['column_unknown', 'extra', '1'],
  ]);
  expect(await check({ last: '  ', email: '' })).toMatchObject({ problems: [{ code: 'required', path: 'last' }, { code: 'required', path: 'email' }] });
});

test('what Twenty would refuse is found beside it: number, domain', async () => {
  const checked = await check({ last: 'Lee', email: 'ann@acme.example', phone: '12', website: 'no domain' });
  expect(checked).toMatchObject({ problems: [{ code: 'phone_invalid', path: 'phone', value: '12' }, { code: 'domain_invalid', path: 'website' }] });
});

test('a good row is brought into Twenty’s shape, its key does not depend on what else it says', async () => {
  const one = await check({ first: 'ANN', last: 'LEE', email: ' Ann@Acme.example '.trim(), phone: '030 1234567', website: 'https://www.acme.example/x', company: 'Acme' });
  const two = await check({ last: 'Smith', email: 'ANN@acme.example' });
  expect(one).toMatchObject({ state: 'ready', plan: {
    target: 'write', fields: { name: { firstName: 'ANN', lastName: 'LEE' }, emails: { primaryEmail: 'ann@acme.example' }, phones: { primaryPhoneNumber: '301234567', primaryPhoneCountryCode: 'DE' } },
    lookup: { keys: { 'emails.primaryEmail': 'ann@acme.example' }, name: 'ANN LEE', company: { domain: 'acme.example', name: 'Acme' } },
  } });
  expect(one.state === 'ready' && two.state === 'ready' && one.plan.key === two.plan.key).toBe(true);
});

test('a function that throws rejects its row and no other; one that answers nothing leaves the row out', async () => {
  const good = { last: 'Lee', email: 'ann@acme.example' };
  expect(await check(good, { transform: () => { throw new Error('no such plan'); } })).toMatchObject({ state: 'rejected', problems: [{ code: 'transform_failed', message: expect.stringContaining('no such plan') as string }] });
  expect(await check(good, { transform: () => undefined })).toMatchObject({ state: 'skipped', code: 'transform_skipped' });
  expect(await check(good, { transform: () => 'text' })).toMatchObject({ state: 'rejected', problems: [{ code: 'transform_failed' }] });
  expect(await check(good, { rules: [() => { throw new Error('down'); }] })).toMatchObject({ state: 'rejected', problems: [{ code: 'rule_failed' }] });
  expect(await check(good, { rules: [() => ({ route: 'nowhere' })] })).toMatchObject({ state: 'rejected', problems: [{ code: 'rule_failed' }] });
  expect(await check({ last: 'Lee', email: 'ann@acme.example' }, { write: { ...WRITE, fields: { jobTitle: 'title' }, match: { keys: [] } } })).toMatchObject({ state: 'rejected', problems: [{ code: 'nothing_to_write' }] });
});

test('what Sluice wrote beside a row is left out when the row comes back, but for what a person has decided', () => {
  const id = '6f1d3a52-1c0b-4b8e-9a34-5a0f2f6f7c11';
  expect(apartFromOwn({ a: 1, _sluice_code: 'x', _sluice_decision: ' Create ' })).toEqual({ raw: { a: 1 }, decision: 'create' });
  expect(apartFromOwn({ a: 1, _sluice_decision: id.toUpperCase() })).toEqual({ raw: { a: 1 }, decision: id });
  expect(apartFromOwn({ a: 1, _sluice_decision: 'perhaps' })).toEqual({ raw: { a: 1 }, decision: undefined });
});

test('mistakes in the configuration are named with what to write instead', () => {
  expect(problemsOf({ receive: undefined })).toEqual(["receive: Say where rows come from: receive: { secret: secret('ROWS_SECRET') } or pull: { feed: 'contacts-feed' }."]);
  expect(problemsOf({ receive: {} })).toEqual(["receive.secret: Is missing. Write secret('ROWS_SECRET'), or unauthenticated: true if anybody may post rows."]);
  expect(problemsOf({ schema: {} })).toEqual(['schema: Write a zod schema, for example z.object({ email: z.email() }).']);
  expect(problemsOf({ write: { ...WRITE, match: { keys: ['externalId'] } } })).toEqual(['write.match.keys: Records are to be found by “externalId”, which no column fills. Add it to fields, or name other keys.']);
  expect(problemsOf({ rules: [{ when: { field: 'plan', is: 'pro' }, then: { route: 'nowhere' } }] })).toEqual(['rules.0.then.route: There is no route “nowhere”. Known are none.']);
  expect(problemsOf({ pull: { feed: 'twenty' } })[0]).toContain('cannot be used as a source of rows');
  expect(problemsOf({ receive: { unauthenticated: true, maxMegabytes: 65 } })).toEqual(['receive.maxMegabytes: Write a whole number from 1 to 64.']);
});

test('the hook takes rows in three forms, up to the configured size, and knows a repeat by the sender’s id or by its bytes', async () => {
  const hook = dataProcessingUseCase.hook!(settingsOf({ receive: { by: 'signature', secret: secret('ROWS_SECRET'), maxMegabytes: 64, timeoutSeconds: 300 } }))!;
  const read = (contentType: string, body: string, headers: Record<string, string> = {}) => hook.read({ contentType, contentTypeHeader: contentType, headers, body: Buffer.from(body) } satisfies HookRequest);
  expect(hook).toMatchObject({ verification: { scheme: 'github' }, maxBodyBytes: 64 * 1024 * 1024, bodyTimeoutMs: 300_000 });
  expect(await read('text/csv', 'a\n1', { 'idempotency-key': 'f-1' })).toEqual({ kind: 'event', dedupe: { key: 'id:f-1' }, laneKey: 'rows' });
  expect(await read('application/x-ndjson', '{}')).toMatchObject({ kind: 'event', dedupe: { key: expect.stringMatching(/^content:[0-9a-f]{64}$/) as string, windowMs: 600_000 } });
  expect(await read('application/json', '[')).toMatchObject({ kind: 'refused', status: 400 });
  expect(await read('application/json', `[${' '.repeat(9 * 1024 * 1024)}]`)).toMatchObject({ kind: 'refused', status: 422 });
  expect(dataProcessingUseCase.hook!(settingsOf({ receive: undefined, pull: { feed: 'feed', cron: '0 3 * * *' } }))).toBeUndefined();
});

test('a feed is read by the clock of the workspace and by hand', () => {
  const settings = settingsOf({ pull: { feed: 'feed', cron: '0 3 * * *' } });
  expect(dataProcessingUseCase.schedules!(settings)).toEqual([{ name: 'pull', when: { cron: '0 3 * * *' }, timeZone: 'Europe/Berlin' }]);
  expect(dataProcessingUseCase.manual!(settings)).toEqual({ over: { kind: 'nothing' } });
  expect(dataProcessingUseCase.manual!(settingsOf({}))).toBeUndefined();
});
