import { allOf, anyOf, not, test, unknownOperand, unknownPart } from './view-condition.ts';
import type { Condition, Filter } from './view-condition.ts';
import { textsOf, withoutValue } from './view-values.ts';

// "Contains" and "does not contain" of all fields that hold text. The value goes in as it is: in Twenty, too, `%` and `_` in it
// are wildcards. What is absent (NULL) contains nothing, but "does not contain" leaves it out as well unless said otherwise.

export function textFilter(condition: Condition): Filter {
  switch (condition.operand) {
    case 'IS_EXACTLY': return test(condition, 'eq', condition.value);
    case 'IS_NOT_EXACTLY': return not(test(condition, 'eq', condition.value));
    default: return contained(condition, [test(condition, 'ilike', pattern(condition.value))]);
  }
}

/** Lists of texts, JSON and files are searched as the text they print as; only the first regardless of case. */
export function printedFilter(condition: Condition): Filter {
  return contained(condition, [test(condition, condition.field.type === 'ARRAY' ? 'containsIlike' : 'like', pattern(condition.value))]);
}

export function searchFilter(condition: Condition): Filter {
  if (condition.operand !== 'VECTOR_SEARCH') throw unknownOperand(condition);
  return test(condition, 'search', condition.value);
}

/** Several words have to be found each, in the first or the last name. */
export function nameFilter(condition: Condition): Filter {
  const { sub, value } = condition;
  if (sub !== undefined && sub !== 'firstName' && sub !== 'lastName') throw unknownPart(condition);
  if (sub !== undefined) return contained(condition, [test(condition, 'ilike', pattern(value), sub)]);
  const words = value.trim().split(/\s+/);
  const found = words.map((word) => ['firstName', 'lastName'].map((part) => test(condition, 'ilike', pattern(word), part)));
  return contained(condition, found.length === 1 ? (found[0] ?? []) : [allOf(found.map(anyOf))]);
}

/** A country is chosen from a list; all else is searched. An absent part does not contain it. */
export function addressFilter(condition: Condition): Filter {
  const { sub, value } = condition;
  if (sub === 'addressCountry') return containedOrAbsent(condition, [{ part: sub, found: test(condition, 'in', textsOf(condition), sub) }]);
  const parts = ['addressStreet1', 'addressStreet2', 'addressCity', 'addressState', 'addressCountry', 'addressPostcode'];
  if (sub !== undefined && !parts.includes(sub)) throw unknownPart(condition);
  return containedOrAbsent(condition, (sub === undefined ? parts : [sub]).map((part) => ({ part, found: test(condition, 'ilike', pattern(value), part) })));
}

export function emailsFilter(condition: Condition): Filter {
  return withList(condition, ['primaryEmail'], 'additionalEmails', condition.value);
}

export function linksFilter(condition: Condition): Filter {
  const { operand, sub, value } = condition;
  if (operand !== 'IS' && operand !== 'IS_NOT') return withList(condition, ['primaryLinkUrl', 'primaryLinkLabel'], 'secondaryLinks', value);
  const part = sub ?? 'primaryLinkUrl';
  if (part !== 'primaryLinkUrl' && part !== 'primaryLinkLabel') throw unknownOperand(condition);
  const same = test(condition, 'eq', value, part);
  return operand === 'IS' ? same : anyOf([not(same), test(condition, 'is', 'NULL', part)]);
}

/** Without a part, only the digits of the value count (and a leading plus). */
export function phonesFilter(condition: Condition): Filter {
  const searched = condition.sub === undefined ? condition.value.trim().replace(/(?!^)\+|[^0-9+]/g, '') : condition.value;
  if (condition.sub === undefined && !/\d/.test(searched)) throw withoutValue(condition);
  return withList(condition, ['primaryPhoneNumber', 'primaryPhoneCallingCode'], 'additionalPhones', searched);
}

/** Parts that are texts, and one that is a list searched as printed, with respect to case. An absent list does not contain the value. */
function withList(condition: Condition, texts: readonly string[], list: string, value: string): Filter {
  const { sub } = condition;
  if (sub !== undefined && sub !== list && !texts.includes(sub)) throw unknownPart(condition);
  const inTexts = texts.filter((part) => sub === undefined || part === sub).map((part) => test(condition, 'ilike', pattern(value), part));
  const inList = sub === undefined || sub === list ? [test(condition, 'like', pattern(value), list)] : [];
  switch (condition.operand) {
    case 'CONTAINS': return anyOf([...inTexts, ...inList]);
    case 'DOES_NOT_CONTAIN': return allOf([...inTexts.map(not), ...inList.map((found) => anyOf([not(found), test(condition, 'is', 'NULL', list)]))]);
    default: throw unknownOperand(condition);
  }
}

function containedOrAbsent(condition: Condition, parts: readonly { readonly part: string; readonly found: Filter }[]): Filter {
  switch (condition.operand) {
    case 'CONTAINS': return anyOf(parts.map(({ found }) => found));
    case 'DOES_NOT_CONTAIN': return allOf(parts.map(({ part, found }) => anyOf([not(found), test(condition, 'is', 'NULL', part)])));
    default: throw unknownOperand(condition);
  }
}

function contained(condition: Condition, found: readonly Filter[]): Filter {
  switch (condition.operand) {
    case 'CONTAINS': return anyOf(found);
    case 'DOES_NOT_CONTAIN': return allOf(found.map(not));
    default: throw unknownOperand(condition);
  }
}

function pattern(value: string): string {
  return `%${value}%`;
}
