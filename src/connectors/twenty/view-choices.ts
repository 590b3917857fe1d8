import { allOf, anyOf, not, test, unknownOperand, unknownPart, untranslatable } from './view-condition.ts';
import type { Condition, Filter } from './view-condition.ts';
import { joinColumnOf } from './view-empty.ts';
import { numberOf, optionsOf, recordIdsOf, textsOf, uuidsOf } from './view-values.ts';

// Fields that are compared rather than searched.

export function selectFilter(condition: Condition): Filter {
  const { options, none } = optionsOf(condition);
  const chosen = [
    ...(options.length > 0 ? [test(condition, 'in', options)] : []),
    ...(none ? [test(condition, 'is', 'NULL')] : []),
  ];
  return isOrIsNot(condition, anyOf(chosen), allOf(chosen.map(not)));
}

export function multiSelectFilter(condition: Condition): Filter {
  const { options, none } = optionsOf(condition);
  const has = options.length > 0 ? [test(condition, 'containsAny', options)] : [];
  switch (condition.operand) {
    case 'CONTAINS': return anyOf([...has, ...(none ? [test(condition, 'isEmptyArray', true)] : [])]);
    case 'DOES_NOT_CONTAIN':
      if (options.length === 0) throw untranslatable(condition, 'excludes only “no value”, which Twenty cannot evaluate. Use “is not empty”');
      return anyOf([...has.map(not), test(condition, 'isEmptyArray', true), test(condition, 'is', 'NULL')]);
    default: throw unknownOperand(condition);
  }
}

export function relationFilter(condition: Condition): Filter {
  const column = joinColumnOf(condition);
  const among = { [column]: { in: recordIdsOf(condition) } };
  return isOrIsNot(condition, among, anyOf([not(among), { [column]: { is: 'NULL' } }]));
}

export function uuidFilter(condition: Condition): Filter {
  const among = test(condition, 'in', uuidsOf(condition));
  return isOrIsNot(condition, among, not(among));
}

export function booleanFilter(condition: Condition): Filter {
  if (condition.operand !== 'IS') throw unknownOperand(condition);
  if (condition.value !== 'true' && condition.value !== 'false') throw untranslatable(condition, 'holds neither true nor false');
  return test(condition, 'eq', condition.value === 'true');
}

/** Ratings are options, `RATING_1` to `RATING_5`, not numbers. */
export function ratingFilter(condition: Condition): Filter {
  const wanted = numberOf(condition);
  const same = test(condition, 'eq', `RATING_${String(wanted)}`);
  const among = (fits: (rating: number) => boolean): Filter => {
    const ratings = RATINGS.filter(fits).map((rating) => `RATING_${String(rating)}`);
    if (ratings.length === 0) throw untranslatable(condition, 'leaves no rating from 1 to 5');
    return test(condition, 'in', ratings);
  };
  switch (condition.operand) {
    case 'GREATER_THAN_OR_EQUAL': return among((rating) => rating >= wanted);
    case 'LESS_THAN_OR_EQUAL': return among((rating) => rating <= wanted);
    default:
      if (!RATINGS.includes(wanted)) throw untranslatable(condition, 'asks for a rating that is not a whole number from 1 to 5');
      return isOrIsNot(condition, same, not(same));
  }
}

const RATINGS: readonly number[] = [1, 2, 3, 4, 5];

export function numberFilter(condition: Condition): Filter {
  return compared(condition, numberOf(condition));
}

/** The micros are what Twenty itself computes from the text, its rounding in the last place included: the view shows the same. */
export function currencyFilter(condition: Condition): Filter {
  const { sub } = condition;
  if (sub === 'currencyCode') {
    const among = test(condition, 'in', textsOf(condition), sub);
    return isOrIsNot(condition, among, not(among));
  }
  if (sub !== undefined && sub !== 'amountMicros') throw unknownPart(condition);
  return compared(condition, numberOf(condition) * 1_000_000, 'amountMicros');
}

function compared(condition: Condition, wanted: number, sub?: string): Filter {
  const same = test(condition, 'eq', wanted, sub);
  switch (condition.operand) {
    case 'GREATER_THAN_OR_EQUAL': return test(condition, 'gte', wanted, sub);
    case 'LESS_THAN_OR_EQUAL': return test(condition, 'lte', wanted, sub);
    default: return isOrIsNot(condition, same, not(same));
  }
}

/** Who wrote it: by source, by person, or by words in the name or in the source's own name. */
export function actorFilter(condition: Condition): Filter {
  const { sub, value } = condition;
  if (sub === 'source') {
    const among = test(condition, 'in', sourcesOf(condition), sub);
    return isOrIsNot(condition, among, not(among));
  }
  if (sub === 'workspaceMemberId') {
    const among = test(condition, 'in', recordIdsOf(condition), sub);
    return isOrIsNot(condition, among, anyOf([not(among), test(condition, 'is', 'NULL', sub)]));
  }
  if (sub !== undefined && sub !== 'name') throw unknownPart(condition);
  const sources = SOURCES.filter((source) => source.toLowerCase().includes(value.toLowerCase()));
  const found = [test(condition, 'ilike', `%${value}%`, 'name'), ...(sources.length > 0 ? [test(condition, 'in', sources, 'source')] : [])];
  switch (condition.operand) {
    case 'CONTAINS': return anyOf(found);
    case 'DOES_NOT_CONTAIN': return allOf(found.map(not));
    default: throw unknownOperand(condition);
  }
}

function sourcesOf(condition: Condition): readonly string[] {
  const sources = textsOf(condition);
  const unknown = sources.find((source) => !SOURCES.includes(source));
  if (unknown !== undefined) throw untranslatable(condition, `asks for the source ${unknown}, which Twenty does not know`);
  return sources;
}

const SOURCES: readonly string[] = ['EMAIL', 'CALENDAR', 'WORKFLOW', 'AGENT', 'API', 'IMPORT', 'MANUAL', 'SYSTEM', 'WEBHOOK', 'APPLICATION'];

function isOrIsNot(condition: Condition, is: Filter, isNot: Filter): Filter {
  switch (condition.operand) {
    case 'IS': return is;
    case 'IS_NOT': return isNot;
    default: throw unknownOperand(condition);
  }
}
