import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import { type PeopleDataLabsStandIn, peopleDataLabsStandIn } from '../../sandbox/tools/people-data-labs.ts';
import type { Tool } from '../tool.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openPeopleDataLabs } from './client.ts';
import { PeopleDataLabsSettings } from './index.ts';

const settings = (url: string) => PeopleDataLabsSettings.parse({ apiKey: secret('PDL_API_KEY'), baseUrl: url });
const dana = { email: 'dana@brightharbor.example' };

keepsTheContract('People Data Labs', {
  standIn: () => peopleDataLabsStandIn(),
  open: openPeopleDataLabs,
  settings,
  act: (tool) => tool.enricher!.person!.ask([dana], freely),
  changes: false,
  refused: { act: (tool) => tool.enricher!.person!.ask(Array.from({ length: 101 }, () => dana), freely), says: /missing or invalid parameters/ },
});

let standIn: PeopleDataLabsStandIn;
let sandbox: SandboxTools;
let tool: Tool;
let context: ReturnType<typeof toolContext>;
beforeAll(async () => {
  standIn = peopleDataLabsStandIn();
  sandbox = await startSandboxTools([standIn]);
  context = toolContext(sandbox.env);
  tool = openPeopleDataLabs(settings(sandbox.urlOf('people-data-labs')), context);
});
afterAll(async () => {
  await context.close();
  await sandbox.close();
});

test('people are read in our words, who is not known costs nothing, and who says too little is refused alone', async () => {
  const answers = await tool.enricher!.person!.ask([dana, { email: 'nobody@acme.example' }, { firstName: 'Ann', lastName: 'Lee' }], freely);
  expect(answers).toEqual([
    {
      kind: 'found',
      profile: {
        firstName: 'Dana', lastName: 'Okafor', jobTitle: 'Chief Revenue Officer', seniority: 'c_level', phone: '+14155550132', jobStartedOn: '2025-11',
        linkedin: 'linkedin.com/in/dana-okafor-sample', city: 'Oakland', state: 'California', country: 'United States', companyName: 'Bright Harbor', companyDomain: 'brightharbor.example',
        headcount: 1250, headcountGrowth: 0.31, industry: 'Logistics', annualRevenueUsd: 180_000_000, foundedYear: 2009, fundingUsd: 60_000_000,
      },
    },
    { kind: 'none' },
    { kind: 'refused', reason: 'Request contained either missing or invalid parameters' },
  ]);
  expect(standIn.spent()).toBe(1);
  expect(tool.enricher!.person!.canAsk({ firstName: 'Ann', lastName: 'Lee' })).toBe(false);
});

test('companies are read in our words', async () => {
  expect(await tool.enricher!.company!.ask([{ domain: 'brightharbor.example' }], freely)).toMatchObject([
    { kind: 'found', profile: { companyName: 'Bright Harbor', headcount: 1250, annualRevenueUsd: 180_000_000, fundingStage: 'Series C', fundedOn: '2025-12-02', street: '12 Pier Road', postcode: '94607' } },
  ]);
});

test('credits that end midway leave the rest unpaid; with none left the whole request is refused for an hour', async () => {
  standIn.refill(1);
  expect((await tool.enricher!.person!.ask([dana, dana], freely)).map(({ kind }) => kind)).toEqual(['found', 'unpaid']);
  await expect(tool.enricher!.person!.ask([dana], freely)).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 3_600_000 });
  standIn.refill(100);
});
