import { describe, expect, it } from 'vitest';
import { namedBy } from './blame.ts';
import { TwentyRefusal } from './errors.ts';

const refusal = (message: string): TwentyRefusal => new TwentyRefusal({ message, extensions: { code: 'BAD_USER_INPUT' } }, 'createPeople');

describe('a refusal names', () => {
  it.each([
    ['a quoted value', `Invalid string value 'nope nope' for email field "emails.primaryEmail"`, { emails: { primaryEmail: 'nope nope' } }],
    ['a value with an apostrophe', `Invalid string value "o'bad mail" for email field "emails.primaryEmail"`, { emails: { primaryEmail: "o'bad mail" } }],
    ['a member of a list', `Invalid string value 'bad' for email field "emails.additionalEmails"`, { emails: { additionalEmails: ['good@example.com', 'bad'] } }],
    ['a value of a select field', 'Invalid value "DOING" for field "status". Valid values are: TODO, IN_PROGRESS, DONE', { status: 'DOING' }],
    ['a number', 'Invalid string value 5 for text field "jobTitle"', { jobTitle: 5 }],
    ['a text where an object belongs', `Invalid object value 'Jane' for field "name"`, { name: 'Jane' }],
    ['a date', `Invalid value 'yesterday' for date-time field "createdAt". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'`, { createdAt: 'yesterday' }],
    ['an unknown field', `Object person doesn't have any "nope" field.`, { nope: 1 }],
    ['a phone number', 'Provided phone number is invalid 612345699', { phones: { primaryPhoneNumber: '612345699' } }],
    ['an id', 'Value "01890a5d-ac96-774b-bcce-b302099a8057" is not a valid UUID', { id: '01890a5d-ac96-774b-bcce-b302099a8057' }],
  ])('%s', (_what, message, bad) => {
    const good = { id: '1', name: { firstName: 'Ann' }, emails: { primaryEmail: 'ann@example.com', additionalEmails: [] }, status: 'TODO', jobTitle: '6' };
    const same = { ...bad };
    expect(namedBy<Record<string, unknown>>(refusal(message), [good, bad, same])).toEqual([bad, same]);
  });

  it('a place in the batch', () => {
    const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    expect(namedBy(refusal('Variable "$data" got invalid value 1 at "data[1].jobTitle"; String cannot represent it'), rows)).toEqual([{ id: 'b' }]);
  });

  it('two records under one key, by their ids', () => {
    const rows = [{ id: '7e57d000-0000-4000-8000-000000000001' }, { id: '7e57d000-0000-4000-8000-000000000002' }];
    const message = 'Multiple records found with the same unique field values for id (id: 7e57d000-0000-4000-8000-000000000002); emails (emails.primaryEmail: g1@gql.test).';
    expect(namedBy(refusal(message), rows)).toEqual([rows[1]]);
  });

  it('nobody, when it only tells of a constraint', () => {
    expect(namedBy(refusal('Provided and inferred country code are conflicting'), [{ id: 'a' }])).toEqual([]);
  });
});
