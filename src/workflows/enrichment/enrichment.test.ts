import { expect, test } from 'vitest';
import { defineConfig } from '../../config/define-config.ts';
import { ConfigError } from '../../config/problems.ts';
import { secret } from '../../config/secret.ts';
import { peopleDataLabs } from '../../connectors/people-data-labs/index.ts';
import { resend } from '../../connectors/resend/settings.ts';
import { twenty } from '../../connectors/twenty/settings.ts';
import { enrichment, type EnrichmentInput, enrichmentUseCase } from './index.ts';

function configure(settings: EnrichmentInput) {
  return defineConfig({
    workspace: { timeZone: 'Europe/Berlin' },
    connections: {
      twenty: twenty({ url: 'https://crm.acme.example', apiKey: secret('TWENTY_API_KEY') }), mail: resend({ apiKey: secret('RESEND_API_KEY') }),
      pdl: peopleDataLabs({ apiKey: secret('PDL_API_KEY') }),
    },
    integrations: { enrich: enrichment(settings) },
  });
}

function problemsOf(settings: unknown): readonly string[] {
  try {
    configure(settings as EnrichmentInput);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path.replace('integrations.enrich', '').replace(/^\./, '')}: ${message}`);
  }
}

const settingsOf = (settings: EnrichmentInput) => configure(settings).integrations['enrich']!.settings as never;

test('one provider is all it takes; it listens to new people and new addresses, and a run can do without the provider', () => {
  const settings = settingsOf({ providers: 'pdl' });
  expect(enrichmentUseCase.connections(settings)).toEqual(['twenty']);
  expect(enrichmentUseCase.alsoUses!(settings)).toEqual(['pdl', 'pdl, credits']);
  expect(enrichmentUseCase.records!(settings)).toEqual([{ object: 'person', connection: 'twenty', actions: ['created', 'updated'], watch: ['emails'], settle: { quietMs: 10_000, maxMs: 120_000 } }]);
  expect(enrichmentUseCase.needs!(settings).fields!.map(({ object, name, type }) => [object, name, type])).toEqual([
    ['person', 'seniority', 'TEXT'], ['person', 'city', 'TEXT'], ['person', 'country', 'TEXT'], ['person', 'enrichedAt', 'DATE_TIME'], ['person', 'enrichedBy', 'TEXT'],
  ]);
});

test('of companies, what the standard model lacks is made by setup, under the names of the settings and only if it is written', () => {
  const settings = settingsOf({ object: 'company', providers: ['pdl'], fields: { headcount: { to: 'employeeCount' }, industry: 'never', foundedYear: 'fill' }, alsoWhenIdentified: false });
  expect(enrichmentUseCase.needs!(settings).fields!.map(({ name, type }) => [name, type])).toEqual([['employeeCount', 'NUMBER'], ['foundedYear', 'NUMBER'], ['enrichedAt', 'DATE_TIME'], ['enrichedBy', 'TEXT']]);
  expect(enrichmentUseCase.records!(settings)).toMatchObject([{ object: 'company', actions: ['created'], watch: ['domainName'] }]);
});

test('every mistake is told with its place and what to write instead', () => {
  expect(problemsOf({})).toEqual(["providers: Is missing. Write the names of connections, for example ['people-data-labs', 'apollo']."]);
  expect(problemsOf({ providers: ['pdl', 'pdl'], fields: { headcount: 'fill', city: 'sometimes' } })).toEqual([
    expect.stringMatching(/^fields\.city: Write 'fill', 'overwrite' or 'never'/) as string,
  ]);
  expect(problemsOf({ providers: ['pdl', 'pdl'], fields: { headcount: 'fill', city: { to: 'emails' } } })).toEqual([
    'fields.headcount: Nothing of a person. Known are name, jobTitle, linkedin, phone, seniority, city, country.',
    'providers.1: “pdl” is asked twice. Name each provider once.',
    "fields: “emails” is what the record is known by, or Twenty's own; it is never written. Name another field.",
  ]);
  expect(problemsOf({ providers: 'mail' })).toEqual([expect.stringContaining('mail') as string]);
  expect(problemsOf({ providers: 'nowhere' })).toEqual([expect.stringContaining('nowhere') as string]);
});
