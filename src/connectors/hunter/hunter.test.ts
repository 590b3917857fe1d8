import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type HunterStandIn, hunterStandIn } from '../../sandbox/tools/hunter.ts';
import { type SandboxTools, startSandboxTools } from '../../sandbox/tools/index.ts';
import type { Tool } from '../tool.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openHunter } from './client.ts';
import { HunterSettings } from './index.ts';

const settings = (_url: string, env: Readonly<Record<string, string>>) => HunterSettings.parse({ apiKey: secret('HUNTER_API_KEY'), baseUrl: env['HUNTER_BASE_URL'] });
const dana = { email: 'dana@brightharbor.example' };

keepsTheContract('Hunter', {
  standIn: () => hunterStandIn(),
  open: openHunter,
  settings,
  act: (tool) => tool.enricher!.person!.ask([dana], freely),
  changes: false,
  refused: { act: (tool) => tool.enricher!.person!.ask([{ email: 'no address' }], freely), says: /The email supplied is invalid/ },
});

let standIn: HunterStandIn;
let sandbox: SandboxTools;
let tool: Tool;
let context: ReturnType<typeof toolContext>;
beforeAll(async () => {
  standIn = hunterStandIn({ claimed: ['quiet@brightharbor.example'] });
  sandbox = await startSandboxTools([standIn]);
  context = toolContext(sandbox.env);
  tool = openHunter(settings('', sandbox.env), context);
});
afterAll(async () => {
  await context.close();
  await sandbox.close();
});

test('a person comes with the company for one credit, from a private mailbox without', async () => {
  expect(await tool.enricher!.person!.ask([dana], freely)).toEqual([
    {
      kind: 'found',
      profile: {
        firstName: 'Dana', lastName: 'Okafor', jobTitle: 'Chief Revenue Officer', seniority: 'executive', phone: '+14155550132', linkedin: 'https://www.linkedin.com/in/dana-okafor-sample',
        city: 'Oakland', state: 'California', country: 'United States', companyName: 'Bright Harbor', companyDomain: 'brightharbor.example', industry: 'Logistics', foundedYear: 2009,
        headcount: 1250, annualRevenueUsd: 180_000_000, technologies: ['Snowflake', 'Salesforce'],
      },
    },
  ]);
  await tool.enricher!.person!.ask([{ email: 'dana@gmail.com' }], freely);
  expect(sandbox.ledger.map(({ path }) => path.replace(/\?.*/, ''))).toEqual(['/v2/combined/find', '/v2/people/find']);
  expect(standIn.spent()).toBe(1);
});

test('nobody, and somebody who has asked not to be processed, are no match', async () => {
  expect([await tool.enricher!.person!.ask([{ email: 'nobody@acme.example' }], freely), await tool.enricher!.person!.ask([{ email: 'quiet@brightharbor.example' }], freely)]).toEqual([[{ kind: 'none' }], [{ kind: 'none' }]]);
});

test('companies are read in our words, and the month’s end is a rest', async () => {
  expect(await tool.enricher!.company!.ask([{ domain: 'brightharbor.example' }], freely)).toMatchObject([{ kind: 'found', profile: { companyName: 'Bright Harbor', linkedin: 'https://www.linkedin.com/company/brightharbor-sample', street: '12 Pier Road' } }]);
  standIn.refill(0);
  await expect(tool.enricher!.company!.ask([{ domain: 'brightharbor.example' }], freely)).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 3_600_000 });
});
