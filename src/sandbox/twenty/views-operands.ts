const empties = ['IS_EMPTY', 'IS_NOT_EMPTY'];
const searched = ['CONTAINS', 'DOES_NOT_CONTAIN', ...empties];
const dated = ['IS', 'IS_RELATIVE', 'IS_IN_PAST', 'IS_IN_FUTURE', 'IS_TODAY', 'IS_BEFORE', 'IS_AFTER', ...empties];
const sized = ['IS', 'IS_NOT', 'GREATER_THAN_OR_EQUAL', 'LESS_THAN_OR_EQUAL', ...empties];
const chosen = ['IS', 'IS_NOT', ...empties];

/** The operands that a view's condition on a field of this type may have, in Twenty's order; for text as recorded, else from its source. */
export function operandsOf(fieldType: string, subFieldName: unknown): readonly string[] {
  if (fieldType === 'CURRENCY') return subFieldName === 'currencyCode' ? chosen : ['GREATER_THAN_OR_EQUAL', 'LESS_THAN_OR_EQUAL', 'IS', 'IS_NOT', ...empties];
  if (fieldType === 'ACTOR' && (subFieldName === 'source' || subFieldName === 'workspaceMemberId')) return chosen;
  // What has no filter of its own counts as text.
  return operands[fieldType] ?? searched;
}

const operands: Readonly<Record<string, readonly string[]>> = {
  TEXT: searched, EMAILS: searched, FULL_NAME: searched, ADDRESS: searched, LINKS: searched, PHONES: searched, RAW_JSON: searched, FILES: searched,
  MULTI_SELECT: searched, ACTOR: searched, ARRAY: searched, DATE_TIME: dated, DATE: dated, NUMBER: sized, RATING: sized,
  RELATION: chosen, MORPH_RELATION: chosen, SELECT: chosen, UUID: chosen, BOOLEAN: ['IS'], TS_VECTOR: ['VECTOR_SEARCH'],
};
