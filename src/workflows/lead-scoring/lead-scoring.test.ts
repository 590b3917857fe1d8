import { expect, test } from 'vitest';
import { defineConfig } from '../../config/define-config.ts';
import { ConfigError } from '../../config/problems.ts';
import { secret } from '../../config/secret.ts';
import { createRecordRouter } from '../../config/record-routing.ts';
import { resend } from '../../connectors/resend/settings.ts';
import { twenty } from '../../connectors/twenty/settings.ts';
import { readRecordEvent, type RecordEvent } from '../../domain/record-event.ts';
import { leadScoring, type LeadScoringInput, leadScoringUseCase } from './index.ts';
import { settingsOf } from './lead.fixture.ts';

function configure(settings: LeadScoringInput) {
  return defineConfig({
    workspace: { timeZone: 'Europe/Berlin' },
    connections: { twenty: twenty({ url: 'https://crm.acme.example', apiKey: secret('TWENTY_API_KEY') }), mail: resend({ apiKey: secret('RESEND_API_KEY') }) },
    integrations: { 'lead-score': leadScoring(settings) },
  });
}

function problemsOf(settings: unknown): readonly string[] {
  try {
    configure(settings as LeadScoringInput);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path.replace('integrations.lead-score', '').replace(/^\./, '')}: ${message}`);
  }
}

test('works without a word of configuration, on what every workspace has', () => {
  const { settings } = configure({}).integrations['lead-score']!;
  expect(leadScoringUseCase.connections(settings as never)).toEqual(['twenty']);
  expect(leadScoringUseCase.records!(settings as never)).toEqual([{
    object: 'person', connection: 'twenty', actions: ['created', 'updated', 'restored'], watch: ['jobTitle', 'emails', 'company', 'phones', 'linkedinLink'], settle: { quietMs: 10_000, maxMs: 120_000 },
  }]);
  expect(leadScoringUseCase.needs!(settings as never).fields!.map(({ object, name, type }) => [object, name, type])).toEqual([
    ['person', 'leadScore', 'NUMBER'], ['person', 'leadScoreReasons', 'TEXT'], ['person', 'leadScoredAt', 'DATE_TIME'],
  ]);
  expect(leadScoringUseCase.schedules!(settings as never)).toEqual([]);
});

test('a full re-score is a schedule over all people', () => {
  const settings = settingsOf({ schedules: { fullRescore: { cron: '0 4 * * *', timeZone: 'Europe/Berlin' } } });
  expect(leadScoringUseCase.schedules!(settings)).toEqual([
    { name: 'full-rescore', when: { cron: '0 4 * * *' }, timeZone: 'Europe/Berlin', over: { object: 'person', connection: 'twenty', selection: { all: true } } },
  ]);
});

test('what the model reads of a person is watched, the workspace’s own fields too; what Sluice writes is not', () => {
  const settings = settingsOf({ fields: { source: 'leadSource' }, model: { usage: [{ on: 'person', field: 'seats', says: 'seats', bands: [{ from: 1, points: 5 }] }, { on: 'company', field: 'plan', says: 'plan', bands: [] }], completeness: { phones: 2 } } });
  expect(leadScoringUseCase.records!(settings)[0]!.watch).toEqual(['jobTitle', 'emails', 'company', 'leadSource', 'phones', 'seats']);
});

test.each([
  ['a watched field that is written', { watch: ['jobTitle', 'leadScore'] }, 'watch.1: “leadScore” is written by this integration, so watching it would set it off by itself. Leave it out.'],
  ['a model that reads what is written', { model: { usage: [{ on: 'person', field: 'leadScore', says: 'score', bands: [] }] } }, 'model: The model reads “leadScore”, which this integration writes. A score must not rest on itself.'],
  ['one field for two things', { write: { score: 'lead', reasons: 'lead' } }, 'write.reasons: “lead” is written twice. Name three different fields.'],
  ['a field of Twenty’s own', { write: { score: 'jobTitle' } }, "write.score: “jobTitle” is one of Twenty's own fields. Name a field of its own, for example 'leadScore'."],
  ['a field by its label', { fields: { industry: 'Our Industry' } }, "fields.industry: Write the field under its API name in Twenty, for example 'industry'."],
  ['bands that go down', { model: { companySize: [{ from: 100, points: 5 }, { from: 10, points: 1 }] } }, 'model.companySize.1.from: Bands go upwards: write more than 100.'],
  ['a threshold above all', { threshold: 500 }, 'threshold: Write a whole number from 1 to 100.'],
  ['a mail without an address for leads of nobody', { onThreshold: { email: { from: 'Sluice <sluice@acme.example>' } } }, 'onThreshold.email.otherwise: Is missing.'],
  ['two kinds of alert', { onThreshold: { task: {}, email: { from: 'a@acme.example', otherwise: 'b@acme.example' } } }, 'onThreshold: Write { task: {} } for a task, or'],
  ['an alert of no kind', { onThreshold: {} }, 'onThreshold: Write { task: {} } for a task, or'],
  ['a cron of other shape', { schedules: { fullRescore: { cron: 'daily' } } }, "schedules.fullRescore.cron: Write five fields, for example '0 4 * * *' (every day at four)."],
  ['a misspelt setting', { treshold: 70 }, 'treshold'],
] as const)('%s is a problem with its place and what to write', (_, settings, expected) => {
  expect(problemsOf(settings).join('\n')).toContain(expected);
});

test('the samples are record events that the integration wants', () => {
  const route = createRecordRouter({ workspace: 'main', connection: 'twenty' }, Object.values(configure({}).integrations));
  const routed = leadScoringUseCase.samples.map(({ body }) => route(readRecordEvent(JSON.parse(body)) as RecordEvent)?.deliveries.map(({ integration, record }) => [integration, record?.action]));
  expect(routed).toEqual([[['lead-score', 'created']], [['lead-score', 'updated']]]);
});

test('a score comes from the model or from a tool that can score, never from both', () => {
  expect(problemsOf({ model: {}, scorer: { connection: 'mail' } })).toEqual(['scorer: A score comes from the model or from another tool. Leave out model or scorer.']);
  expect(problemsOf({ scorer: { connection: 'mail' } })).toEqual(['scorer.connection: The connection “mail” is resend({…}), which cannot be used as a scoring model. Configure one that can under connections.']);
  expect(problemsOf({ scorer: { connection: 'twenty', attributes: { title: 'jobTitle' } } })[0]).toContain("scorer.attributes.title: Write where it stands, for example 'person.jobTitle'");
  expect(problemsOf({ scorer: { connection: 'twenty', attributes: { last: 'person.leadScore' } } })[0]).toContain('scorer: The model reads “leadScore”');
});

test('what is sent to a tool is watched and read, and nothing beside', () => {
  const settings = settingsOf({ scorer: { connection: 'madkudu', attributes: { title: 'person.jobTitle', staff: 'company.employees' } } });
  expect(leadScoringUseCase.records!(settings)[0]!.watch).toEqual(['emails', 'company', 'jobTitle']);
  expect(leadScoringUseCase.connections(settings)).toEqual(['twenty', 'madkudu']);
});
