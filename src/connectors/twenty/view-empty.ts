import { allOf, anyOf, test, unknownPart, untranslatable } from './view-condition.ts';
import type { Condition, Filter } from './view-condition.ts';

/** What "is empty" means for a field: a composite is empty when each of its parts is that Twenty looks at. */
export function emptyFilter(condition: Condition): Filter {
  const { field, sub } = condition;
  const parts = PARTS[field.type];
  if (parts !== undefined) {
    if (sub !== undefined && parts[sub] === undefined) throw unknownPart(condition);
    const looked = sub === undefined ? Object.keys(parts).filter((part) => parts[part] !== 'only by name') : [sub];
    return allOf(looked.map((part) => (parts[part] === 'list' ? emptyList(condition, part) : emptyText(condition, part))));
  }
  switch (field.type) {
    case 'TEXT': return emptyText(condition);
    case 'MULTI_SELECT':
    case 'ARRAY': return anyOf([test(condition, 'is', 'NULL'), test(condition, 'isEmptyArray', true)]);
    // Twenty looks at the amount even where the condition names the currency, and at the name of an actor whatever it names.
    case 'CURRENCY': return test(condition, 'is', 'NULL', 'amountMicros');
    case 'ACTOR': return emptyText(condition, 'name');
    case 'RELATION':
    case 'MORPH_RELATION': return { [joinColumnOf(condition)]: { is: 'NULL' } };
    case 'NUMBER':
    case 'RATING':
    case 'DATE':
    case 'DATE_TIME':
    case 'SELECT':
    case 'UUID':
    case 'FILES':
    case 'RAW_JSON': return test(condition, 'is', 'NULL');
    default: throw untranslatable(condition, 'is on a kind of field that cannot be asked whether it is empty');
  }
}

/** The column that holds the id of the related record; the many side of a relation has none. */
export function joinColumnOf(condition: Condition): string {
  const settings = condition.field.settings as { relationType?: unknown; joinColumnName?: unknown } | null | undefined;
  if (settings?.relationType === 'ONE_TO_MANY') throw untranslatable(condition, 'is on the many side of a relation, which cannot be filtered by');
  return typeof settings?.joinColumnName === 'string' ? settings.joinColumnName : `${condition.field.name}Id`;
}

const PARTS: Readonly<Record<string, Readonly<Record<string, 'text' | 'list' | 'only by name'>>>> = {
  FULL_NAME: { firstName: 'text', lastName: 'text' },
  EMAILS: { primaryEmail: 'text', additionalEmails: 'list' },
  PHONES: { primaryPhoneNumber: 'text', primaryPhoneCallingCode: 'only by name', additionalPhones: 'list' },
  LINKS: { primaryLinkUrl: 'text', primaryLinkLabel: 'text', secondaryLinks: 'list' },
  ADDRESS: {
    addressStreet1: 'text', addressStreet2: 'text', addressCity: 'text', addressState: 'text', addressCountry: 'text', addressPostcode: 'text',
  },
};

function emptyText(condition: Condition, part?: string): Filter {
  return anyOf([test(condition, 'is', 'NULL', part), test(condition, 'eq', '', part)]);
}

function emptyList(condition: Condition, part: string): Filter {
  return anyOf([test(condition, 'is', 'NULL', part), test(condition, 'like', '[]', part)]);
}
