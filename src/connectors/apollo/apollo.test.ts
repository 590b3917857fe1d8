import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type ApolloStandIn, apolloStandIn } from '../../sandbox/tools/apollo/index.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import type { Tool } from '../tool.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openApollo } from './client.ts';
import { ApolloSettings } from './index.ts';

const settings = (_url: string, env: Readonly<Record<string, string>>) => ApolloSettings.parse({ apiKey: secret('APOLLO_API_KEY'), baseUrl: env['APOLLO_BASE_URL'] });
const dana = { email: 'dana@brightharbor.example' };

keepsTheContract('Apollo as an enricher', {
  standIn: () => apolloStandIn(),
  open: openApollo,
  settings,
  act: (tool) => tool.enricher!.person!.ask([dana], freely),
  changes: false,
  refused: { act: (tool) => tool.enricher!.person!.ask(Array.from({ length: 11 }, () => dana), freely), says: /up to 10 people/ },
});

let standIn: ApolloStandIn;
let sandbox: SandboxTools;
let tool: Tool;
let context: ReturnType<typeof toolContext>;
beforeAll(async () => {
  standIn = apolloStandIn();
  sandbox = await startSandboxTools([standIn]);
  context = toolContext(sandbox.env);
  tool = openApollo(settings('', sandbox.env), context);
});
afterAll(async () => {
  await context.close();
  await sandbox.close();
});

test('people are read in our words, with the employer, and who is not known is none', async () => {
  expect(await tool.enricher!.person!.ask([{ email: 'nobody@acme.example' }, dana], freely)).toEqual([
    { kind: 'none' },
    {
      kind: 'found',
      profile: {
        firstName: 'Dana', lastName: 'Okafor', jobTitle: 'Chief Revenue Officer', seniority: 'c_level', phone: '+14155550132', jobStartedOn: '2025-11-01',
        linkedin: 'https://www.linkedin.com/in/dana-okafor-sample', city: 'Oakland', state: 'California', country: 'United States', companyName: 'Bright Harbor', companyDomain: 'brightharbor.example',
        headcount: 1250, headcountGrowth: 0.31, industry: 'Logistics', annualRevenueUsd: 180_000_000, foundedYear: 2009, technologies: ['Snowflake', 'Salesforce'],
        fundingStage: 'Series C', fundedOn: '2025-12-02', fundingUsd: 60_000_000,
      },
    },
  ]);
  expect(standIn.spent()).toBe(1);
});

test('companies come back by their domain, those that are not known are none', async () => {
  const answers = await tool.enricher!.company!.ask([{ domain: 'acme.example' }, { domain: 'brightharbor.example' }], freely);
  expect(answers).toMatchObject([{ kind: 'none' }, { kind: 'found', profile: { companyName: 'Bright Harbor', street: '12 Pier Road', headcount: 1250 } }]);
});

test('its 422 for lack of credits is a rest of an hour, and no bad question', async () => {
  standIn.refill(0);
  await expect(tool.enricher!.person!.ask([dana], freely)).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 3_600_000 });
  standIn.refill(10);
  await expect(tool.enricher!.person!.ask([{ ...dana, domain: 'www.brightharbor.example' }], freely)).rejects.toMatchObject({ kind: 'rejected' });
});
