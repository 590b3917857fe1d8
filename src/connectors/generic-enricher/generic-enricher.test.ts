import { expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import type { StandIn } from '../../sandbox/tools/index.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { openGenericEnricher } from './client.ts';
import { GenericEnricherSettings } from './index.ts';

/** A tool that Sluice has never heard of, with an account that may be empty. */
function acmeData({ credits = 100 } = {}): StandIn {
  return {
    name: 'acme-data',
    stands: 'api.acme-data.example',
    env: (url) => ({ ACME_URL: url, ACME_KEY: 'acme-key' }),
    answer({ path, query, headers }) {
      if (headers['authorization'] !== 'Bearer acme-key') return { status: 401, body: { message: 'Who are you?' } };
      if (credits <= 0) return { status: 402, body: { message: 'Payment required' } };
      if (path === '/people' && !(query.get('email') ?? '').includes('@')) return { status: 422, body: { message: 'That is no e-mail address' } };
      if (query.get('email') === 'ann@acme.example') return { status: 200, body: { data: { first: 'Ann', last: 'Lee', role: 'Buyer', employer: { staff: '51' } } } };
      if (query.get('domain') === 'acme.example') return { status: 200, body: { title: 'Acme', uses: 'Snowflake, dbt' } };
      return { status: 404, body: { message: 'Nobody' } };
    },
    tooMany: () => ({ status: 429, body: { message: 'Slow down' }, headers: { 'retry-after': '2' } }),
  };
}

const settings = (url: string) => GenericEnricherSettings.parse({
  name: 'Acme Data',
  url,
  auth: { bearer: secret('ACME_KEY') },
  person: { request: { path: '/people', query: { email: '{email}' }, answer: { firstName: 'data.first', lastName: 'data.last', jobTitle: 'data.role', headcount: 'data.employer.staff', city: 'data.city' } }, needs: ['email'] },
  company: { request: { path: '/companies', query: { domain: '{domain}' }, answer: (answer: unknown) => ({ companyName: (answer as { title: string }).title, technologies: (answer as { uses: string }).uses }) }, needs: ['domain'] },
});

keepsTheContract('a generic enricher', {
  standIn: () => acmeData(),
  open: openGenericEnricher,
  settings,
  act: (tool) => tool.enricher!.person!.ask([{ email: 'ann@acme.example' }], freely),
  changes: false,
  refused: { act: (tool) => tool.enricher!.person!.ask([{ email: 'no address' }], freely), says: /That is no e-mail address/ },
});

test('answers are read by paths or a function, numbers and lists out of texts, a 404 is no match, and a 402 means that credits are used up', async () => {
  const sandbox = await startSandboxTools([acmeData(), { ...acmeData({ credits: 0 }), name: 'empty' }]);
  const context = toolContext(sandbox.env);
  const { enricher } = openGenericEnricher(settings(sandbox.urlOf('acme-data')), context);
  const empty = openGenericEnricher(settings(sandbox.urlOf('empty')), context);

  expect(await enricher!.person!.ask([{ email: 'ann@acme.example' }], freely)).toEqual([{ kind: 'found', profile: { firstName: 'Ann', lastName: 'Lee', jobTitle: 'Buyer', headcount: 51 } }]);
  expect(await enricher!.company!.ask([{ domain: 'acme.example' }], freely)).toEqual([{ kind: 'found', profile: { companyName: 'Acme', technologies: ['Snowflake', 'dbt'] } }]);
  expect(await enricher!.person!.ask([{ email: 'nobody@acme.example' }], freely)).toEqual([{ kind: 'none' }]);
  expect([enricher!.person!.canAsk({ linkedin: 'x' }), enricher!.company!.canAsk({ domain: 'acme.example' })]).toEqual([false, true]);
  await expect(empty.enricher!.person!.ask([{ email: 'ann@acme.example' }], freely)).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 3_600_000 });
  await context.close();
  await sandbox.close();
});
