import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { apolloStandIn } from '../../sandbox/tools/apollo/index.ts';
import { APOLLO_SEQUENCE, type ApolloSequenceOptions } from '../../sandbox/tools/apollo/sequences.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import type { SequenceLead } from '../sequencer.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openApollo } from './client.ts';
import { apollo, ApolloSettings } from './index.ts';

const input = { apiKey: secret('APOLLO_API_KEY'), sequences: { emailAccountId: '6633baaece5fbd01c791d7ca' } };
const settings = (env: Readonly<Record<string, string>>): ApolloSettings => ApolloSettings.parse({ ...input, baseUrl: env['APOLLO_BASE_URL'] });
const lead = (name: string): SequenceLead => ({ email: `${name}@acme.example`, firstName: name, variables: {} });
let acts = 0;

keepsTheContract('Apollo as a sequencer', {
  standIn: () => apolloStandIn(),
  open: openApollo,
  settings: (_url, env) => settings(env),
  act: (tool) => tool.sequencer!.enrol(APOLLO_SEQUENCE, [lead(`p${String((acts += 1))}`)], freely),
  changes: true,
  refused: { act: (tool) => tool.sequencer!.enrol('nowhere', [lead('ann')], freely), says: /^apollo: Sequence not found \(404\)$/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(options: ApolloSequenceOptions = {}) {
  const standIn = apolloStandIn(options);
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  return { standIn, sandbox, sequencer: openApollo(settings(sandbox.env), context).sequencer! };
}

test('contacts are found or made, and all added with one request, each with an end of its own', async () => {
  const { standIn, sandbox, sequencer } = await opened({ contacts: [
    { email: 'there@acme.example', sequences: [APOLLO_SEQUENCE] }, { email: 'else@acme.example', sequences: ['other'] }, { email: 'out@acme.example', unsubscribed: true }, { email: 'maybe@acme.example', unverified: true },
  ] });
  const ends = await sequencer.enrol(APOLLO_SEQUENCE, ['ann', 'there', 'else', 'out', 'maybe'].map(lead), freely);
  expect(ends.map((end) => ('code' in end ? end.code : end.status))).toEqual(['enrolled', 'already', 'elsewhere', 'opted_out', 'not_taken']);
  expect(standIn.enrolled(APOLLO_SEQUENCE)).toEqual(['there@acme.example', 'ann@acme.example']);
  expect(sandbox.ledger.map(({ path }) => path)).toEqual(['/api/v1/contacts/bulk_create', `/api/v1/emailer_campaigns/${APOLLO_SEQUENCE}/add_contact_ids`]);
});

test('sending leads again after a lost answer makes nothing twice', async () => {
  const { standIn, sandbox, sequencer } = await opened();
  sandbox.faults.next('apollo', 'cut', { path: /add_contact_ids/ });
  await expect(sequencer.enrol(APOLLO_SEQUENCE, [lead('ann')], freely)).rejects.toMatchObject({ outcomeUnknown: true });
  expect(await sequencer.enrol(APOLLO_SEQUENCE, [lead('ann')], freely)).toMatchObject([{ status: 'already' }]);
  expect(standIn.enrolled(APOLLO_SEQUENCE)).toEqual(['ann@acme.example']);
});

test('it is a sequence tool only where the mailbox is named', () => {
  expect([apollo(input).tool?.roles, apollo({ apiKey: input.apiKey }).tool?.roles]).toEqual([['enricher', 'sequencer'], ['enricher']]);
});
