import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FieldNeed, WorkspaceNeeds } from '../../config/needs.ts';
import { applySchemaStep } from './needs-apply.ts';
import { planSchema } from './needs-plan.ts';
import { mergeNeeds } from './needs.ts';
import { testWorkspace } from './testing/workspace.ts';

const score: FieldNeed = { object: 'person', name: 'leadScore', type: 'NUMBER', label: 'Lead score', decimals: 0 };
const status: FieldNeed = {
  object: 'person', name: 'sequenceStatus', type: 'SELECT', label: 'Sequence status', defaultValue: 'NONE', options: [{ value: 'NONE', label: 'None' }, { value: 'ACTIVE', label: 'Active', color: 'green' }],
};
const campaign: NonNullable<WorkspaceNeeds['objects']>[number] = {
  nameSingular: 'campaign', namePlural: 'campaigns', labelSingular: 'Campaign', labelPlural: 'Campaigns',
  fields: [
    { name: 'owner', type: 'RELATION', label: 'Owner', relation: { to: 'person', labelThere: 'Owned campaigns' } },
    { name: 'status', type: 'SELECT', label: 'Status', options: [{ value: 'DRAFT', label: 'Draft' }] },
  ],
};

const needs = (parts: Omit<WorkspaceNeeds, 'connection'>): WorkspaceNeeds => ({ connection: 'twenty', ...parts });
const of = (integration: string, parts: Omit<WorkspaceNeeds, 'connection'>) => ({ integration, needs: needs(parts) });

it('what is missing is made in an order that works, and then nothing is missing', async () => {
  const { twenty, sandbox } = await testWorkspace();
  const merged = mergeNeeds([of('newsletter', { objects: [campaign], fields: [status] }), of('scoring', { fields: [score] })]);
  const plan = planSchema(merged, await twenty.metadata.objects());
  for (const step of plan.steps) await applySchemaStep(twenty.metadata, step);
  const again = planSchema(merged, await twenty.metadata.objects());

  expect(plan.problems).toEqual([]);
  expect(plan.steps.map((step) => (step.kind === 'create-field' ? `${step.field.object}.${step.field.name}` : step.kind))).toEqual([
    'create-object', 'campaign.status', 'person.sequenceStatus', 'person.leadScore', 'campaign.owner',
  ]);
  expect(again).toEqual({ steps: [], problems: [] });
  expect(sandbox.asUser.create('people', { leadScore: 12 })).toMatchObject({ leadScore: 12, sequenceStatus: 'NONE' });
});

it('a field that two integrations need is made once, with the options of both', () => {
  const more = { ...status, label: 'Another label', options: [{ value: 'ACTIVE', label: 'Running' }, { value: 'DONE', label: 'Done' }] };
  const { fields, problems } = mergeNeeds([of('a', { fields: [status, score] }), of('b', { fields: [more] }), of('a', { fields: [score] })]);
  expect(problems).toEqual([]);
  expect(fields.map(({ name, label, options, for: whom }) => [name, label, options?.map(({ value, label: text }) => `${value} ${text}`), whom])).toEqual([
    ['sequenceStatus', 'Sequence status', ['NONE None', 'ACTIVE Active', 'DONE Done'], ['a', 'b']],
    ['leadScore', 'Lead score', undefined, ['a']],
  ]);
});

it('merging twice what was needed changes nothing, in whatever order it comes', () => {
  const claims = [of('a', { fields: [score] }), of('b', { fields: [status] }), of('c', { objects: [campaign] })];
  const names = (merged: ReturnType<typeof mergeNeeds>) => merged.fields.map(({ object, name, for: whom }) => [object, name, [...whom].sort()]).sort();
  fc.assert(fc.property(fc.shuffledSubarray([...claims, ...claims], { minLength: 6 }), (shuffled) => {
    expect(names(mergeNeeds(shuffled))).toEqual(names(mergeNeeds(claims)));
  }));
});

it('options that are missing are added, those that are there stay as people named them', async () => {
  const { twenty } = await testWorkspace();
  const stage = { object: 'opportunity', field: 'stage' };
  const merged = mergeNeeds([
    of('invoices', { options: [{ ...stage, options: [{ value: 'CUSTOMER', label: 'Closed won' }, { value: 'LOST', label: 'Lost' }] }] }),
    of('sync', { options: [{ ...stage, options: [{ value: 'LOST', label: 'Lost' }, { value: 'PARKED', label: 'Parked' }] }] }),
  ]);
  const optionsNow = async () => (await twenty.metadata.objects()).find(({ nameSingular }) => nameSingular === 'opportunity')?.fields?.find(({ name }) => name === 'stage')?.options;
  const before = await optionsNow();
  const plan = planSchema(merged, await twenty.metadata.objects());
  for (const step of plan.steps) await applySchemaStep(twenty.metadata, step);
  const after = await optionsNow();

  expect(plan.steps).toMatchObject([{ kind: 'add-options', options: [{ value: 'LOST' }, { value: 'PARKED' }], for: ['invoices', 'sync'] }]);
  expect(after?.slice(0, before?.length)).toEqual(before);
  expect(after?.slice(before?.length).map(({ value, position }) => [value, position])).toEqual([['LOST', 5], ['PARKED', 6]]);
});

it.each<[string, Omit<WorkspaceNeeds, 'connection'>, string, RegExp]>([
  ['another type', { fields: [{ object: 'person', name: 'jobTitle', type: 'NUMBER', label: 'Job' }] }, 'person.jobTitle', /is there as TEXT, and test needs NUMBER.*Rename or delete it/],
  ['a value that must be unique', { fields: [{ object: 'person', name: 'jobTitle', type: 'TEXT', label: 'Job', isUnique: true }] }, 'person.jobTitle', /Make it unique in Twenty/],
  ['an option of the same label', { options: [{ object: 'opportunity', field: 'stage', options: [{ value: 'FRESH', label: 'new' }] }] }, 'opportunity.stage', /NEW is called that already/],
  ['options on a text', { options: [{ object: 'person', field: 'jobTitle', options: [{ value: 'A', label: 'A' }] }] }, 'person.jobTitle', /only a select field/],
  ['an object that is not there', { fields: [{ object: 'rocket', name: 'speed', type: 'NUMBER', label: 'Speed' }] }, 'rocket.speed', /has no object rocket/],
  ['a link to nowhere', { fields: [{ object: 'person', name: 'rocket', type: 'RELATION', label: 'Rocket', relation: { to: 'rocket', labelThere: 'People' } }] }, 'person.rocket', /links to the object rocket/],
  ['a plural that is taken', { objects: [{ ...campaign, namePlural: 'people', fields: [] }] }, 'campaign', /people belongs to the object person/],
  ['a name Twenty refuses', { fields: [{ ...score, name: 'lead_score' }] }, 'person.lead_score', /no name that Twenty takes/],
  ['an option Twenty refuses', { fields: [{ ...status, options: [{ value: 'in sequence', label: 'x' }] }] }, 'person.sequenceStatus', /IN_SEQUENCE/],
])('%s is a problem in plain words', async (_, parts, at, message) => {
  const { twenty } = await testWorkspace();
  const { problems } = planSchema(mergeNeeds([of('test', parts)]), await twenty.metadata.objects());
  expect(problems).toEqual([{ at, message: expect.stringMatching(message) as unknown }]);
});

it('two integrations that need different fields of one name are told apart by name', () => {
  expect(mergeNeeds([of('a', { fields: [score] }), of('b', { fields: [{ ...score, type: 'TEXT' }] })]).problems).toEqual([
    { at: 'person.leadScore', message: 'a needs NUMBER here and b needs TEXT. Give one of them a field of another name in the configuration.' },
  ]);
});

it('what somebody else made meanwhile counts when it fits, and is a fault when it does not', async () => {
  const { twenty } = await testWorkspace();
  const objects = await twenty.metadata.objects();
  const steps = planSchema(mergeNeeds([of('a', { objects: [campaign], fields: [score] })]), objects).steps;
  const objectMetadataId = objects.find(({ nameSingular }) => nameSingular === 'person')?.id ?? '';
  const { nameSingular, namePlural, labelSingular, labelPlural } = campaign;
  await twenty.metadata.createObject({ nameSingular, namePlural, labelSingular, labelPlural });
  await twenty.metadata.createField({ objectMetadataId, type: 'NUMBER', name: 'leadScore', label: 'Made by hand' });
  const misfit = planSchema(mergeNeeds([of('a', { fields: [{ ...score, name: 'other' }] })]), objects).steps;
  await twenty.metadata.createField({ objectMetadataId, type: 'TEXT', name: 'other', label: 'Other' });

  expect([await applySchemaStep(twenty.metadata, steps[0]!), await applySchemaStep(twenty.metadata, steps[2]!)]).toEqual(['there', 'there']);
  await expect(applySchemaStep(twenty.metadata, misfit[0]!)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('a field that does not fit (TEXT)') as unknown });
});
