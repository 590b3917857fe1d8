import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type StandIn, startSandboxTools } from '../../sandbox/tools/index.ts';
import type { SequenceLead } from '../sequencer.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openGenericSequencer } from './client.ts';
import { genericSequencerNews, type GenericSequencerInput, GenericSequencerSettings } from './index.ts';

/** A sequence tool of one's own. */
function ownTool(): StandIn & { readonly enrolled: string[] } {
  const enrolled: string[] = [];
  return {
    enrolled,
    name: 'own-tool',
    stands: 'sequences.acme.example',
    env: () => ({ OWN_TOOL_KEY: 'own-tool-key' }),
    answer({ headers, method, path, json }) {
      if (headers['authorization'] !== 'Bearer own-tool-key') return { status: 401, body: { message: 'who are you' } };
      const [, sequence, email] = /^\/sequences\/([^/]+)\/leads(?:\/(.+))?$/.exec(path) ?? [];
      if (method === 'GET') return enrolled.includes(decodeURIComponent(email ?? '')) ? { status: 200, body: { id: 7 } } : { status: 404, body: {} };
      if (sequence === 'nowhere') return { status: 422, body: { message: 'no such sequence' } };
      const body = json() as { readonly email?: string; readonly people?: readonly { readonly email: string }[] };
      const asked = body.people?.map((one) => one.email) ?? [body.email!];
      const results = asked.map((one) => {
        if (one.startsWith('out')) return { address: one, result: 'opted_out' };
        if (enrolled.includes(one)) return { address: one, result: 'already' };
        enrolled.push(one);
        return { address: one, result: 'enrolled', id: enrolled.length };
      });
      if (body.people === undefined && results[0]!.result === 'already') return { status: 409, body: {} };
      return { status: 200, body: body.people === undefined ? results[0] : { results }, changed: asked.join(', ') };
    },
    tooMany: () => ({ status: 429, headers: { 'retry-after': '2' }, body: {} }),
  };
}

const one = { path: '/sequences/{sequence}/leads', body: { email: '{lead.email}', name: '{lead.firstName}' }, answer: { leadId: 'id', status: 'result' } } as const;
const settings = (url: string, more: Partial<GenericSequencerInput> = {}): GenericSequencerSettings => GenericSequencerSettings.parse({ url, auth: { bearer: secret('OWN_TOOL_KEY') }, enrol: one, ...more });
const lead = (name: string): SequenceLead => ({ email: `${name}@acme.example`, firstName: name, variables: {} });
let acts = 0;

keepsTheContract<GenericSequencerSettings>('a generic sequencer', {
  standIn: ownTool,
  open: openGenericSequencer,
  settings: (url) => settings(url),
  act: (tool) => tool.sequencer!.enrol('s1', [lead(`p${String((acts += 1))}`)], freely),
  changes: true,
  refused: { act: (tool) => tool.sequencer!.enrol('nowhere', [lead('ann')], freely), says: /^generic-sequencer: no such sequence \(422\)$/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(more: Partial<GenericSequencerInput> = {}) {
  const standIn = ownTool();
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return { standIn, sequencer: openGenericSequencer(settings(sandbox.urlOf('own-tool'), more), context).sequencer! };
}

test('a lead is put into a sequence; a status that is named means that it is in it already', async () => {
  const { sequencer } = await opened();
  const ends = [];
  for (const name of ['ann', 'ann', 'out']) ends.push(...(await sequencer.enrol('s1', [lead(name)], freely)));
  expect(ends).toEqual([{ status: 'enrolled', leadId: '1' }, { status: 'already' }, { status: 'skipped', code: 'opted_out', message: 'The sequence tool says that this address has unsubscribed.' }]);
});

test('many with one request are told apart by their addresses', async () => {
  const { sequencer } = await opened({ atOnce: 50, enrol: { path: '/sequences/{sequence}/leads', body: { people: '{leads}' }, answer: 'results[].{email: address, status: result, leadId: id}' } });
  await sequencer.enrol('s1', [lead('bo')], freely);
  expect((await sequencer.enrol('s1', ['ann', 'bo', 'out'].map(lead), freely)).map((end) => ('code' in end ? end.code : end.status))).toEqual(['enrolled', 'already', 'opted_out']);
});

test('what nobody heard is looked up where the tool can be asked, unknown where it cannot, and sent again where that does no harm', async () => {
  const { standIn, sequencer } = await opened({ lookUp: { path: '/sequences/{sequence}/leads/{lead.email}', answer: { leadId: 'id' } } });
  standIn.enrolled.push('ann@acme.example');
  expect(await sequencer.lookUp!('s1', ['ann', 'bo'].map(lead), freely)).toEqual([{ status: 'already', leadId: '7' }, 'absent']);
  expect(await (await opened()).sequencer.lookUp!('s1', [lead('ann')], freely)).toEqual(['unknown']);
  expect((await opened({ repeatable: true })).sequencer.lookUp).toBeUndefined();
});

const body = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test('news is read by paths or by a function; a secret in the body is not kept', () => {
  const byPath = genericSequencerNews({ secret: secret('S'), secretIn: 'body', name: 'token', read: { kind: 'type', email: 'lead.email', leadId: 'lead.id', id: 'id', at: 'time' }, kinds: { reply: 'replied' } });
  const reading = byPath.read({ body: body({ type: 'reply', lead: { email: 'Ann@acme.example', id: 9 }, id: 'e1', time: '2026-01-06', token: 'S' }), headers: {} });
  expect(reading).toMatchObject({ kind: 'news', id: 'e1', news: [{ kind: 'replied', email: 'ann@acme.example', leadId: '9', at: '2026-01-06T00:00:00.000Z' }] });
  expect(reading.kind === 'news' && new TextDecoder().decode(reading.keep)).not.toContain('token');
  expect(byPath.read({ body: body({ type: 'constructor', lead: { email: 'x@acme.example' } }), headers: {} })).toMatchObject({ kind: 'answer' });
  const byCode = genericSequencerNews({ unauthenticated: true, read: (value) => (value as { gone: string[] }).gone.map((email) => ({ kind: 'unsubscribed', email })) });
  expect(byCode.read({ body: body({ gone: ['A@acme.example', 'b@acme.example'] }), headers: {} })).toMatchObject({ news: [{ email: 'a@acme.example' }, { email: 'b@acme.example' }] });
  expect([byPath.verification, genericSequencerNews({ read: { kind: 'type' } } as never).problems[0]]).toMatchObject([{ scheme: 'body-secret', options: { field: 'token' } }, { path: 'secret' }]);
});
