import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileFilter } from '../../sandbox/twenty/filter.ts';
import { findMatching } from '../../sandbox/twenty/find.ts';
import { evaluateView } from '../../sandbox/twenty/views-evaluate.ts';
import { operandsOf } from '../../sandbox/twenty/views-operands.ts';
import { days, moments, texts, ViewedPeople } from './testing/viewed-people.ts';
import { idOf } from './testing/workspace.ts';
import { filterOfView } from './view-filter.ts';

const people = new ViewedPeople();
const { workspace } = people;
const objects = people.objects();

interface Wish {
  readonly field: string;
  readonly sub: string | undefined;
  readonly operand: string;
  readonly value: unknown;
  /** Through the relation `company`. */
  readonly related: boolean;
}

const json = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<string> => arbitrary.map((value) => JSON.stringify(value));
const options = json(fc.subarray(['RED', 'GREEN', 'BLUE'], { minLength: 1 }));
const optionsOrNone = json(fc.subarray(['RED', 'GREEN', ''], { minLength: 1 }));
const number = fc.constantFrom('0', '12', '12.5', '-3', '19.99', ' 1 ');
const some = fc.constantFrom(...texts, 'example', 'n', '1');
const instant = fc.constantFrom(...moments).map((atMs) => new Date(atMs).toISOString());
const relative = fc.tuple(
  fc.constantFrom('PAST', 'NEXT', 'THIS'), fc.constantFrom(1, 2, 7), fc.constantFrom('DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'),
  fc.constantFrom('', ';;Europe/Berlin;;', ';;America/New_York;;SUNDAY;;', ';;Asia/Kolkata;;SATURDAY;;', ';;;;MONDAY;;'),
).map(([direction, amount, unit, zone]) => `${direction}_${String(amount)}_${unit}${zone}`);
const relativeTime = fc.tuple(fc.constantFrom('PAST', 'NEXT'), fc.constantFrom(1, 30), fc.constantFrom('HOUR', 'MINUTE', 'SECOND')).map((parts) => parts.join('_'));
const records = fc.subarray([idOf(501), idOf(502), idOf(77)], { minLength: 1 }).chain((selectedRecordIds) =>
  fc.constantFrom<unknown>({ selectedRecordIds }, JSON.stringify({ selectedRecordIds, isCurrentWorkspaceMemberSelected: false }), JSON.stringify(selectedRecordIds)));
const members = json(fc.subarray([idOf(901), idOf(77)], { minLength: 1 }));
const fixed = (value: string): fc.Arbitrary<unknown> => fc.constant(value);

/** What a condition on a field may say. An operand given as a key has values of its own. */
type Values = fc.Arbitrary<unknown> | Readonly<Record<string, fc.Arbitrary<unknown>>>;
const personFields: readonly (readonly [field: string, type: string, sub: string | undefined, values: Values])[] = [
  ['jobTitle', 'TEXT', undefined, some],
  ['name', 'FULL_NAME', undefined, some], ['name', 'FULL_NAME', 'firstName', some], ['name', 'FULL_NAME', 'lastName', some],
  ['emails', 'EMAILS', undefined, some], ['emails', 'EMAILS', 'primaryEmail', some], ['emails', 'EMAILS', 'additionalEmails', some],
  ['phones', 'PHONES', undefined, fc.constantFrom('151', '+49', '(0)12 3', '612')], ['phones', 'PHONES', 'primaryPhoneNumber', number], ['phones', 'PHONES', 'primaryPhoneCallingCode', number], ['phones', 'PHONES', 'additionalPhones', some],
  ['linkedinLink', 'LINKS', undefined, some], ['linkedinLink', 'LINKS', 'primaryLinkUrl', some], ['linkedinLink', 'LINKS', 'primaryLinkLabel', some], ['linkedinLink', 'LINKS', 'secondaryLinks', some],
  ['home', 'ADDRESS', undefined, some], ['home', 'ADDRESS', 'addressCity', some], ['home', 'ADDRESS', 'addressCountry', json(fc.subarray(['France', 'Germany'], { minLength: 1 }))],
  ['color', 'SELECT', undefined, optionsOrNone], ['colors', 'MULTI_SELECT', undefined, { CONTAINS: optionsOrNone, DOES_NOT_CONTAIN: options }],
  ['stars', 'RATING', undefined, fc.constantFrom('1', '3', '5')], ['score', 'NUMBER', undefined, number], ['optedOut', 'BOOLEAN', undefined, fc.constantFrom('true', 'false')],
  ['birthday', 'DATE', undefined, { IS_RELATIVE: relative, '': fc.constantFrom(...days) }],
  ['seenAt', 'DATE_TIME', undefined, { IS_RELATIVE: fc.oneof(relative, relativeTime), IS: fc.oneof(instant, fc.constantFrom(...days)), '': instant }],
  ['createdAt', 'DATE_TIME', undefined, { IS_RELATIVE: relative, '': instant }],
  ['tags', 'ARRAY', undefined, some], ['extra', 'RAW_JSON', undefined, some], ['avatarFile', 'FILES', undefined, some],
  ['ref', 'UUID', undefined, fc.oneof(json(fc.constantFrom([idOf(501)], [idOf(501), idOf(77)])), fixed(idOf(77)))],
  ['budget', 'CURRENCY', undefined, number], ['budget', 'CURRENCY', 'amountMicros', number], ['budget', 'CURRENCY', 'currencyCode', json(fc.subarray(['EUR', 'USD'], { minLength: 1 }))],
  ['company', 'RELATION', undefined, records],
  ['createdBy', 'ACTOR', undefined, some], ['createdBy', 'ACTOR', 'name', some], ['createdBy', 'ACTOR', 'source', json(fc.subarray(['API', 'MANUAL', 'EMAIL'], { minLength: 1 }))], ['createdBy', 'ACTOR', 'workspaceMemberId', members],
  ['searchVector', 'TS_VECTOR', undefined, some],
];
const companyFields: typeof personFields = [
  ['name', 'TEXT', undefined, some], ['address', 'ADDRESS', undefined, some], ['address', 'ADDRESS', 'addressCity', fc.constantFrom('Paris', 'er')], ['accountOwner', 'RELATION', undefined, records],
];

const wish: fc.Arbitrary<Wish> = fc.boolean().chain((related) => fc.constantFrom(...(related ? companyFields : personFields)).chain(([field, type, sub, values]) =>
  fc.constantFrom(...operandsOf(type, sub)).chain((operand) => {
    const value = operand.includes('EMPTY') ? fixed('') : values instanceof fc.Arbitrary ? values : (values[operand] ?? values[''] ?? fixed(''));
    return value.map((one) => ({ field, sub, operand, value: one, related }));
  })));

const { tree } = fc.letrec<{ tree: Tree; leaf: Wish }>((tie) => ({
  leaf: wish,
  tree: fc.record({
    operator: fc.constantFrom('AND', 'OR'), leaves: fc.array(tie('leaf'), { minLength: 1, maxLength: 3 }),
    inner: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant([]), fc.array(tie('tree'), { maxLength: 2 })),
  }),
}));

interface Tree {
  readonly operator: string;
  readonly leaves: readonly Wish[];
  readonly inner: readonly Tree[];
}

function fieldId(object: string, name: string): string {
  return workspace.object(object)?.fieldByName.get(name)?.id ?? '';
}

function save(viewId: string, { field, sub, operand, value, related }: Wish, viewFilterGroupId?: string): void {
  const on = related ? { fieldMetadataId: fieldId('person', 'company'), relationTargetFieldMetadataId: fieldId('company', field) } : { fieldMetadataId: fieldId('person', field) };
  workspace.views.createFilter({ viewId, ...on, operand, value, subFieldName: sub, viewFilterGroupId });
}

function saveTree(viewId: string, { operator, leaves, inner }: Tree, parentViewFilterGroupId?: string): void {
  const group = workspace.views.createGroup({ viewId, logicalOperator: operator, parentViewFilterGroupId });
  for (const leaf of leaves) save(viewId, leaf, group.id);
  for (const one of inner) saveTree(viewId, one, group.id);
}

/** The ids that the server's own evaluation shows, and those that our translation finds. */
function bothWays(build: (viewId: string) => void, anyFieldFilterValue?: string): { readonly shown: readonly string[]; readonly found: readonly string[] } {
  const view = workspace.views.create({ name: 'tried', objectMetadataId: people.person.id, anyFieldFilterValue });
  build(view.id);
  const filter = filterOfView(people.view(view.id), objects, { nowMs: people.nowMs, timeZone: 'UTC' });
  const { shows } = evaluateView(workspace, people.person, view);
  const shown = [...workspace.table('person').all()].filter(shows).map(({ id }) => id).sort();
  const found = findMatching(workspace, people.person, compileFilter(workspace, people.person, filter)).map(({ id }) => id);
  workspace.views.destroy(view.id);
  return { shown, found };
}

it('a condition of any kind finds the records that the server shows for it', () => {
  const tried = new Set<string>();
  const hits = new Set<string>();
  fc.assert(fc.property(wish, fc.constantFrom(...moments), (one, nowMs) => {
    people.nowMs = nowMs;
    const { shown, found } = bothWays((id) => { save(id, one); });
    expect(found).toEqual(shown);
    tried.add(`${one.field} ${one.operand}`);
    if (found.length > 0) hits.add(`${one.field} ${one.operand}`);
  }), { numRuns: 1_500 });
  // A comparison of nothing with nothing proves little.
  expect(hits.size / tried.size).toBeGreaterThan(0.85);
});

it('conditions side by side and in nested groups find the records that the server shows for them', () => {
  fc.assert(fc.property(fc.array(wish, { maxLength: 2 }), tree, (free, root) => {
    const { shown, found } = bothWays((id) => {
      for (const one of free) save(id, one);
      saveTree(id, root);
    });
    expect(found).toEqual(shown);
  }), { numRuns: 400 });
});

it('a search of any field finds the records that the server shows for it', () => {
  fc.assert(fc.property(fc.constantFrom('ann@', '12', '12.5', 'EUR', "o'neill", 'a"b', '50%', 'example.com', 'green', '@', 'back\\slash'), fc.array(wish, { maxLength: 1 }), (text, free) => {
    const { shown, found } = bothWays((id) => { for (const one of free) save(id, one); }, text);
    expect(found).toEqual(shown);
  }), { numRuns: 100 });
});
