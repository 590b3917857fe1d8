import fc from 'fast-check';
import { apiKeyAuthor, userAuthor } from '../../../sandbox/twenty/author.ts';
import { createField } from '../../../sandbox/twenty/metadata-fields.ts';
import { objectShape } from '../../../sandbox/twenty/metadata-shapes.ts';
import type { ObjectModel } from '../../../sandbox/twenty/model.ts';
import { Workspace } from '../../../sandbox/twenty/workspace.ts';
import { createRecords } from '../../../sandbox/twenty/write.ts';
import type { TwentyObject } from '../metadata.ts';
import type { TwentyView } from '../views.ts';
import { idOf } from './workspace.ts';

/** The instants around which dates are tried: an ordinary day, the days the clocks change in Europe, the ends of years and of a long month. */
export const moments = ['2026-11-22T10:20:30.400Z', '2026-03-29T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2025-12-31T23:30:00.000Z', '2026-03-31T12:00:00.000Z'].map((text) => Date.parse(text));

export const texts = ['ann', 'Bob', 'Ann Lee', "o'neill", '50%', 'a_b', 'a"b', 'back\\slash', 'é', '12', 'api'];
export const days = ['2026-11-21', '2026-11-22', '2026-11-23', '2026-03-29', '2026-10-25', '2025-12-31', '2024-02-29'];

/** A workspace in memory, with a person field of every type that views filter by, and people of all sorts. */
export class ViewedPeople {
  nowMs = moments[0] ?? 0;
  readonly workspace = new Workspace('w', () => this.nowMs);

  constructor() {
    const { id: objectMetadataId } = this.person;
    for (const [type, name] of customFields) createField(this.workspace, { objectMetadataId, type, name, label: name, ...optionsFor(type) });
    createRecords(this.workspace, this.object('company'), companies(), apiKeyAuthor('test'), false);
    const people = fc.sample(personArbitrary, { numRuns: 120, seed: 4 }).map((person, index) => ({ id: idOf(index + 1), ...person }));
    createRecords(this.workspace, this.person, people.slice(0, 60), apiKeyAuthor('api of ann'), false);
    createRecords(this.workspace, this.person, people.slice(60), userAuthor({ id: idOf(901), userId: idOf(902), name: 'Bob Sales' }), false);
  }

  get person(): ObjectModel {
    return this.object('person');
  }

  /** The schema as the connector reads it. */
  objects(): readonly TwentyObject[] {
    return this.workspace.objects().map((object) => objectShape(this.workspace, object) as unknown as TwentyObject);
  }

  /** A saved view as the connector reads it. */
  view(id: string): TwentyView {
    const { views } = this.workspace;
    const view = views.get(id);
    if (view === undefined) throw new Error(`no view ${id}`);
    return {
      id, name: view.name, objectMetadataId: view.objectMetadataId, type: view.type, visibility: view.visibility, deletedAt: undefined,
      anyFieldFilterValue: view.anyFieldFilterValue ?? undefined, viewSorts: [],
      viewFilters: views.filtersOf(id).map((filter) => ({
        id: filter.id, fieldMetadataId: filter.fieldMetadataId, operand: filter.operand, value: filter.value, subFieldName: filter.subFieldName ?? undefined,
        viewFilterGroupId: filter.viewFilterGroupId ?? undefined, relationTargetFieldMetadataId: filter.relationTargetFieldMetadataId ?? undefined,
      })),
      viewFilterGroups: views.groupsOf(id).map((group) => ({ id: group.id, logicalOperator: group.logicalOperator, parentViewFilterGroupId: group.parentViewFilterGroupId ?? undefined })),
    };
  }

  private object(name: string): ObjectModel {
    const object = this.workspace.object(name);
    if (object === undefined) throw new Error(`no object ${name}`);
    return object;
  }
}

const customFields: readonly (readonly [string, string])[] = [
  ['SELECT', 'color'], ['MULTI_SELECT', 'colors'], ['RATING', 'stars'], ['NUMBER', 'score'], ['BOOLEAN', 'optedOut'], ['DATE', 'birthday'], ['DATE_TIME', 'seenAt'],
  ['ARRAY', 'tags'], ['RAW_JSON', 'extra'], ['UUID', 'ref'], ['CURRENCY', 'budget'], ['ADDRESS', 'home'],
];

function optionsFor(type: string): object {
  const values = type === 'RATING' ? [1, 2, 3, 4, 5].map((rating) => `RATING_${String(rating)}`) : type.includes('SELECT') ? ['RED', 'GREEN', 'BLUE'] : [];
  return values.length === 0 ? {} : { options: values.map((value, position) => ({ value, label: value.toLowerCase(), position })) };
}

function companies(): readonly object[] {
  return [
    { id: idOf(501), name: 'Acme', address: { addressCity: 'Paris', addressCountry: 'France' } },
    { id: idOf(502), name: 'Bob & Sons', address: { addressCity: 'Berlin', addressStreet1: 'ann-way 12' } },
    { id: idOf(503) },
  ];
}

const text = fc.constantFrom('', ...texts);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 3 });
const instant = fc.tuple(fc.constantFrom(...moments), fc.integer({ min: -9, max: 9 }), fc.constantFrom(0, 1, 3_599_000, 43_200_000, 86_399_999))
  .map(([atMs, dayCount, restMs]) => new Date(atMs + dayCount * 86_400_000 + restMs).toISOString());
let counter = 0;
const address = fc.record({ local: fc.constantFrom('ann', 'bob', 'cy_d'), host: fc.constantFrom('example.com', 'example.org') }).map(({ local, host }) => `${local}${String(counter += 1)}@${host}`);

const personArbitrary: fc.Arbitrary<Record<string, unknown>> = fc.record({
  name: fc.record({ firstName: text, lastName: text }),
  emails: fc.record({ primaryEmail: fc.oneof(fc.constant(''), address), additionalEmails: fc.array(address, { maxLength: 2 }) }),
  phones: fc.constantFrom({}, { primaryPhoneNumber: '15112345678', primaryPhoneCallingCode: '+49', primaryPhoneCountryCode: 'DE' }, {
    primaryPhoneNumber: '612345678', primaryPhoneCallingCode: '+33', primaryPhoneCountryCode: 'FR', additionalPhones: [{ number: '15112345678', callingCode: '+49', countryCode: 'DE' }],
  }),
  linkedinLink: fc.record({
    primaryLinkUrl: fc.constantFrom('', 'https://example.com/ann', 'https://example.org'), primaryLinkLabel: text,
    secondaryLinks: fc.constantFrom([], [{ url: 'https://example.com/12', label: 'Ann' }]),
  }),
  jobTitle: text,
  companyId: maybe(fc.constantFrom(idOf(501), idOf(502), idOf(503))),
  color: maybe(fc.constantFrom('RED', 'GREEN', 'BLUE')), colors: fc.subarray(['RED', 'GREEN', 'BLUE']), stars: maybe(fc.constantFrom('RATING_1', 'RATING_3', 'RATING_5')),
  score: maybe(fc.constantFrom(0, 1, 12, 12.5, -3)), optedOut: maybe(fc.boolean()), birthday: maybe(fc.constantFrom(...days)), seenAt: maybe(instant), createdAt: instant,
  tags: fc.subarray(['ann', 'x y', '12']), extra: maybe(fc.constantFrom({}, [], { ann: '12' }, { list: ['a"b', 'Bob'] })), ref: maybe(fc.constantFrom(idOf(501), idOf(77))),
  budget: fc.record({ amountMicros: maybe(fc.constantFrom(0, 12_000_000, 19_990_000)), currencyCode: maybe(fc.constantFrom('EUR', 'USD')) }),
  home: fc.record({ addressStreet1: text, addressCity: text, addressCountry: fc.constantFrom('', 'France', 'Germany') }),
});
