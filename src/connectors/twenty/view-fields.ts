import { not, unknownOperand, untranslatable } from './view-condition.ts';
import type { Condition, Filter } from './view-condition.ts';
import { actorFilter, booleanFilter, currencyFilter, multiSelectFilter, numberFilter, ratingFilter, relationFilter, selectFilter, uuidFilter } from './view-choices.ts';
import { dateFilter, dateTimeFilter } from './view-dates.ts';
import { emptyFilter } from './view-empty.ts';
import { addressFilter, emailsFilter, linksFilter, nameFilter, phonesFilter, printedFilter, searchFilter, textFilter } from './view-texts.ts';

/** One condition of a view as a filter, by the type of its field. */
export function conditionFilter(condition: Condition): Filter {
  if (condition.operand === 'IS_EMPTY') return emptyFilter(condition);
  if (condition.operand === 'IS_NOT_EMPTY') return not(emptyFilter(condition));
  if (condition.sub !== undefined && !COMPOSITE.has(condition.field.type)) throw untranslatable(condition, 'names a part of a field that has none');
  const translate = BY_TYPE[condition.field.type];
  if (translate === undefined) throw untranslatable(condition, 'is on a kind of field that views cannot filter by');
  // An operand of Twenty's list that none of its own field types takes.
  if (condition.operand === 'IS_NOT_NULL') throw unknownOperand(condition);
  return translate(condition);
}

const BY_TYPE: Readonly<Record<string, (condition: Condition) => Filter>> = {
  TEXT: textFilter, TS_VECTOR: searchFilter, RAW_JSON: printedFilter, FILES: printedFilter, ARRAY: printedFilter,
  FULL_NAME: nameFilter, ADDRESS: addressFilter, EMAILS: emailsFilter, PHONES: phonesFilter, LINKS: linksFilter,
  DATE: dateFilter, DATE_TIME: dateTimeFilter,
  NUMBER: numberFilter, CURRENCY: currencyFilter, RATING: ratingFilter, BOOLEAN: booleanFilter, UUID: uuidFilter,
  SELECT: selectFilter, MULTI_SELECT: multiSelectFilter, RELATION: relationFilter, MORPH_RELATION: relationFilter, ACTOR: actorFilter,
};

const COMPOSITE: ReadonlySet<string> = new Set(['FULL_NAME', 'ADDRESS', 'EMAILS', 'PHONES', 'LINKS', 'CURRENCY', 'ACTOR']);
