import { inspect } from 'node:util';
import { compositeOf } from './composites.ts';
import type { Composite, SubField } from './composites.ts';
import { isTwentyEmail } from './email.ts';
import { parseJson, parseSelect, parseText, parseUuid, invalidValue } from './input-values.ts';
import { normaliseLinks } from './links.ts';
import type { FieldModel } from './model.ts';
import { normalisePhones } from './phones.ts';
import { invalidData } from './refusal.ts';
import { richText } from './rich-text.ts';

/** The sub-fields given, normalised; null empties them all. Sub-fields not given are absent and stay as they are. */
export function parseComposite(field: FieldModel, value: unknown): Readonly<Record<string, unknown>> {
  const composite = compositeOf(field.type) as Composite;
  if (value === null) return Object.fromEntries(composite.subFields.map((sub) => [sub.name, null]));
  if (typeof value !== 'object') throw invalidValue(`Invalid object value ${inspect(value)} for field "${field.name}"`, value);
  const given: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined) continue;
    const sub = composite.subByName.get(name);
    if (sub === undefined) throw invalidData(`Invalid subfield ${name} for ${composite.title} field "${field.name}"`);
    given[name] = part === null ? null : parseSub(field.type, sub, `${field.name}.${name}`, part);
  }
  switch (field.type) {
    case 'PHONES': return normalisePhones(given);
    case 'LINKS': return normaliseLinks(given);
    case 'RICH_TEXT': return richText(given);
    default: return given;
  }
}

function parseSub(type: string, sub: SubField, path: string, value: unknown): unknown {
  if (type === 'EMAILS') return sub.name === 'primaryEmail' ? parseEmail(value, path) : parseEmailList(value, path);
  switch (sub.type) {
    case 'TEXT':
    case 'CODE': return parseText(value, path);
    case 'NUMERIC': return parseNumeric(value, path, sub.name);
    case 'RAW_JSON': return sub.name === 'context' ? parseJson(value) : parseItems(value, path);
    case 'UUID': return parseUuid(value, path);
    case 'SELECT': return parseSelect(value, path, sub.options ?? []);
  }
}

function parseEmail(value: unknown, path: string): string | null {
  if (value === '') return null;
  if (!isTwentyEmail(value)) throw invalidValue(`Invalid string value ${inspect(value)} for email field "${path}"`, value);
  return value.toLowerCase();
}

function parseEmailList(value: unknown, path: string): readonly string[] | null {
  const list = typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
  if (!Array.isArray(list)) throw invalidValue(`Invalid value ${inspect(value)} for email field "${path}"`, value);
  const emails = list.map((item) => parseEmail(item, path)).filter((item) => item !== null);
  return emails.length === 0 ? null : emails;
}

/** Numbers come as numbers or as digits in a string; micros lose their fraction. */
function parseNumeric(value: unknown, path: string, name: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw invalidValue(`Invalid number value ${inspect(value)} for field "${path}"`, value);
  return name === 'amountMicros' ? Math.trunc(number) : number;
}

/** Further phones and links: a list of objects, or its JSON. */
function parseItems(value: unknown, path: string): readonly object[] | null {
  const list = parseJson(value);
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'object' && item !== null)) throw invalidValue(`Invalid value ${inspect(value)} for field "${path}"`, value);
  return list.length === 0 ? null : list;
}
