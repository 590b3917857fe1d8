import { isTwentyUuid } from './local-check.ts';
import { untranslatable } from './view-condition.ts';
import type { Condition } from './view-condition.ts';

/** A list of texts: JSON, or one text that is no JSON. Twenty leaves a condition with an empty list out; here it is refused. */
export function textsOf(condition: Condition): readonly string[] {
  const parsed = jsonIn(condition.value);
  const texts = parsed === undefined ? [condition.value] : typeof parsed === 'string' ? [parsed] : parsed;
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string')) throw untranslatable(condition, 'holds no list of texts');
  if (texts.length === 0) throw withoutValue(condition);
  return texts as string[];
}

/** The chosen options of a select field; `''` stands for "no value". Options that the field does not have are refused by the database. */
export function optionsOf(condition: Condition): { readonly options: readonly string[]; readonly none: boolean } {
  const texts = textsOf(condition);
  const known = condition.field.options?.map(({ value }) => value);
  const options = texts.filter((text) => text !== '');
  const gone = known === undefined ? undefined : options.find((option) => !known.includes(option));
  if (gone !== undefined) throw untranslatable(condition, `asks for the option ${gone}, which the field does not have any more`);
  return { options, none: options.length < texts.length };
}

/** The records that a relation is compared with. Who "I am" is not known to a call made with an API key. */
export function recordIdsOf(condition: Condition): readonly string[] {
  const parsed = jsonIn(condition.value);
  const picked = isObject(parsed) ? parsed : undefined;
  if (picked?.isCurrentWorkspaceMemberSelected === true) throw untranslatable(condition, 'means whoever looks at it (“me”), which has no meaning for an integration. Choose the person by name');
  if (picked?.isCurrentRecordSelected === true) throw untranslatable(condition, 'means the record it is shown on, which has no meaning for an integration');
  const ids = picked === undefined ? uuidsOf(condition) : picked.selectedRecordIds;
  if (!Array.isArray(ids)) throw untranslatable(condition, 'holds no list of records');
  if (ids.length === 0) throw withoutValue(condition);
  if (!ids.every((id) => isTwentyUuid(id))) throw untranslatable(condition, 'holds something that is no record id');
  return ids as string[];
}

export function uuidsOf(condition: Condition): readonly string[] {
  const ids = textsOf(condition);
  if (!ids.every((id) => isTwentyUuid(id))) throw untranslatable(condition, 'holds something that is no id');
  return ids;
}

export function numberOf(condition: Condition): number {
  const text = condition.value.trim();
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) throw untranslatable(condition, 'holds no number');
  return Number(text);
}

/** Twenty leaves a condition without a value out, so that the view shows more than it says. */
export function withoutValue(condition: Pick<Condition, 'field' | 'operand' | 'sub'>): Error {
  return untranslatable(condition, 'has no value, so that Twenty leaves it out. Complete it or remove it from the view');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // One text, as Twenty reads it.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
