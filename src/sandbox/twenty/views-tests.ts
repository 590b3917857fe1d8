import { actorSources } from './composites.ts';
import { printed } from './filter-operators.ts';
import { patternOf } from './like.ts';
import type { FieldModel } from './model.ts';
import { databaseRefusal } from './refusal.ts';
import { dayTest, instantTest } from './views-days.ts';
import { both, either, isNothing, known, no } from './views-truth.ts';
import type { Truth } from './views-truth.ts';

/** A condition of a view on one field. */
export interface Asked {
  readonly field: FieldModel;
  readonly operand: string;
  readonly value: string;
  readonly sub: string | null;
  readonly nowMs: number;
}

export type ValueTest = (value: unknown) => Truth;

/** The test of the field's stored value; undefined when Twenty leaves the condition out. */
export function holds(asked: Asked): ValueTest | undefined {
  const { operand, field } = asked;
  if (operand === 'IS_EMPTY') return (value) => emptyOf(field.type, asked.sub, value);
  if (operand === 'IS_NOT_EMPTY') return (value) => !emptyOf(field.type, asked.sub, value);
  switch (field.type) {
    case 'DATE': return dayTest(asked);
    case 'DATE_TIME': return instantTest(asked);
    case 'TS_VECTOR': return (value) => known<string>(value, (vector) => vector.toLowerCase().includes(asked.value.toLowerCase()));
    case 'NUMBER': return sized(asked, (value) => value);
    case 'CURRENCY': return asked.sub === 'currencyCode' ? amongTexts(asked, 'currencyCode') : sized(asked, (value) => partOf(value, 'amountMicros'), 1_000_000);
    case 'RATING': return sized(asked, (value) => (isNothing(value) ? null : Number(String(value).slice('RATING_'.length))));
    case 'BOOLEAN': return (value) => known(value, (one) => one === (asked.value === 'true'));
    case 'RELATION':
    case 'MORPH_RELATION': return amongRecords(asked, (value) => value);
    case 'UUID': return amongTexts(asked);
    case 'SELECT': return select(asked);
    case 'MULTI_SELECT': return multiSelect(asked);
    case 'ACTOR': return actor(asked);
    default: return contains(asked);
  }
}

function contains(asked: Asked): ValueTest | undefined {
  const { field, sub, value: text } = asked;
  const positive = operandIsPositive(asked);
  switch (field.type) {
    case 'TEXT': return (value) => (positive ? like(value, text) : no(like(value, text)));
    case 'FULL_NAME': {
      const names = sub === null ? ['firstName', 'lastName'] : [sub];
      const words = sub === null ? text.trim().split(/\s+/) : [text];
      const found: ValueTest = (value) => both(words.map((word) => either(names.map((name) => like(partOf(value, name), word)))));
      return positive ? found : (value) => no(found(value));
    }
    case 'ADDRESS': {
      const parts = sub === null ? ['addressStreet1', 'addressStreet2', 'addressCity', 'addressState', 'addressPostcode', 'addressCountry'] : [sub];
      const one = (part: unknown): Truth => (sub === 'addressCountry' ? known(part, (code) => textsIn(text).includes(String(code))) : like(part, text));
      return (value) => (positive ? either(parts.map((part) => one(partOf(value, part)))) : both(parts.map((part) => no(one(partOf(value, part))) ?? true)));
    }
    case 'ARRAY': return (value) => negatedIf(!positive, known<readonly string[]>(value, (items) => items.some((item) => patternOf(`%${text}%`, true)(item))));
    case 'RAW_JSON':
    case 'FILES': return (value) => negatedIf(!positive, inPrint(value, text));
    case 'EMAILS': return textsAndList(asked, ['primaryEmail'], 'additionalEmails', text);
    case 'LINKS': return textsAndList(asked, ['primaryLinkUrl', 'primaryLinkLabel'], 'secondaryLinks', text);
    case 'PHONES': {
      const digits = sub === null ? text.trim().replace(/[^\d+]/g, '').replace(/(?!^)\+/g, '') : text;
      if (sub === null && !/\d/.test(digits)) return undefined;
      return textsAndList(asked, ['primaryPhoneNumber', 'primaryPhoneCallingCode'], 'additionalPhones', digits);
    }
    default: throw databaseRefusal(`The sandbox does not know how a view filters by ${field.type}.`);
  }
}

function textsAndList(asked: Asked, texts: readonly string[], list: string, text: string): ValueTest {
  const wanted = asked.sub === null ? [...texts, list] : [asked.sub];
  const one = (value: unknown, part: string): Truth => (part === list ? inPrint(partOf(value, part), text) : like(partOf(value, part), text));
  if (operandIsPositive(asked)) return (value) => either(wanted.map((part) => one(value, part)));
  // A list that is not there does not contain the text; of a text that is not there nothing is known.
  return (value) => both(wanted.map((part) => (part === list ? (no(one(value, part)) ?? true) : no(one(value, part)))));
}

function select(asked: Asked): ValueTest | undefined {
  const options = textsIn(asked.value);
  const chosen = options.filter((option) => option !== '');
  const orNothing = chosen.length < options.length;
  if (operandIsPositive(asked)) return (value) => (isNothing(value) ? (orNothing ? true : null) : chosen.includes(value as string));
  return (value) => (isNothing(value) ? (orNothing ? false : null) : !chosen.includes(value as string));
}

function multiSelect(asked: Asked): ValueTest {
  const options = textsIn(asked.value);
  const chosen = options.filter((option) => option !== '');
  const hit = (value: unknown): boolean => Array.isArray(value) && value.some((item) => chosen.includes(item as string));
  const nothing = (value: unknown): boolean => !Array.isArray(value) || value.length === 0;
  if (!operandIsPositive(asked)) return (value) => !hit(value);
  const orNothing = chosen.length < options.length;
  return (value) => hit(value) || (orNothing && nothing(value)) || (nothing(value) && !orNothing ? null : false);
}

function actor(asked: Asked): ValueTest | undefined {
  const { sub, value: text } = asked;
  if (sub === 'source') return amongTexts(asked, 'source');
  if (sub === 'workspaceMemberId') return amongRecords(asked, (value) => partOf(value, 'workspaceMemberId'));
  const sources = actorSources.filter((source) => source.toLowerCase().includes(text.toLowerCase()));
  const found: ValueTest = (value) => either([like(partOf(value, 'name'), text), ...(sources.length === 0 ? [] : [known<string>(partOf(value, 'source'), (source) => sources.includes(source as never))])]);
  return operandIsPositive(asked) ? found : (value) => no(found(value));
}

/** `IS` one of the records; who asks with a key is nobody. `IS_NOT` holds for an empty relation, too. */
function amongRecords(asked: Asked, read: (value: unknown) => unknown): ValueTest | undefined {
  const parsed = jsonOf(asked.value) as { selectedRecordIds?: readonly string[] } | undefined;
  const ids = parsed?.selectedRecordIds ?? textsIn(asked.value);
  if (ids.length === 0) return undefined;
  const among: ValueTest = (value) => known<string>(read(value), (id) => ids.includes(id));
  return operandIsPositive(asked) ? among : (value) => no(among(value)) ?? true;
}

function amongTexts(asked: Asked, part?: string): ValueTest {
  const wanted = textsIn(asked.value);
  const among = (value: unknown): Truth => known<string>(part === undefined ? value : partOf(value, part), (one) => wanted.includes(one));
  if (operandIsPositive(asked)) return among;
  return (value) => no(among(value));
}

function sized({ operand, value: text }: Asked, read: (value: unknown) => unknown, factor = 1): ValueTest {
  const wanted = Number.parseFloat(text) * factor;
  return (value) => known<number>(read(value), (number) => {
    if (operand === 'GREATER_THAN_OR_EQUAL') return number >= wanted;
    if (operand === 'LESS_THAN_OR_EQUAL') return number <= wanted;
    return operand === 'IS' ? number === wanted : number !== wanted;
  });
}

function emptyOf(type: string, sub: string | null, value: unknown): boolean {
  const looked = composites[type];
  if (looked === undefined) return isNothing(value) || (Array.isArray(value) && value.length === 0 && (type === 'ARRAY' || type === 'MULTI_SELECT'));
  const parts = sub === null || looked.fixed ? looked.parts : [sub];
  return parts.every((part) => {
    const one = partOf(value, part);
    return isNothing(one) || (Array.isArray(one) && one.length === 0);
  });
}

/** Which parts have to be empty; `fixed` ones are looked at whatever part the condition names. */
const composites: Readonly<Record<string, { readonly parts: readonly string[]; readonly fixed: boolean }>> = {
  FULL_NAME: { parts: ['firstName', 'lastName'], fixed: false },
  EMAILS: { parts: ['primaryEmail', 'additionalEmails'], fixed: false },
  PHONES: { parts: ['primaryPhoneNumber', 'additionalPhones'], fixed: false },
  LINKS: { parts: ['primaryLinkUrl', 'primaryLinkLabel', 'secondaryLinks'], fixed: false },
  ADDRESS: { parts: ['addressStreet1', 'addressStreet2', 'addressCity', 'addressState', 'addressPostcode', 'addressCountry'], fixed: false },
  CURRENCY: { parts: ['amountMicros'], fixed: true },
  ACTOR: { parts: ['name'], fixed: true },
};

function operandIsPositive({ operand }: Asked): boolean {
  return operand === 'CONTAINS' || operand === 'IS';
}

function like(value: unknown, text: string): Truth {
  return known<string>(value, patternOf(`%${text}%`, true));
}

function inPrint(value: unknown, text: string): Truth {
  return value === null || value === undefined ? null : patternOf(`%${text}%`, false)(printed(value));
}

function negatedIf(negate: boolean, value: Truth): Truth {
  return negate ? no(value) : value;
}

function partOf(value: unknown, part: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[part] ?? null;
}

function textsIn(text: string): readonly string[] {
  const parsed = jsonOf(text);
  return Array.isArray(parsed) ? (parsed as string[]) : [typeof parsed === 'string' ? parsed : text];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
