import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';

/** The words of a record's label, addresses, numbers and job as PostgreSQL prints a tsvector: `'ann':1 'example.com':3`. */
export function searchVectorOf(object: ObjectModel, record: StoredRecord): string {
  const cached = vectors.get(record);
  if (cached !== undefined) return cached;
  const positions = new Map<string, number[]>();
  let position = 0;
  for (const word of searchedTexts(object, record).flatMap(wordsOf)) {
    position += 1;
    positions.set(word, [...(positions.get(word) ?? []), position]);
  }
  const vector = [...positions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([word, at]) => `'${word.replaceAll("'", "''")}':${at.join(',')}`).join(' ');
  vectors.set(record, vector);
  return vector;
}

/** Records are never mutated, so a vector is computed once. */
const vectors = new WeakMap<StoredRecord, string>();

function searchedTexts(object: ObjectModel, record: StoredRecord): string[] {
  if (!object.isSearchable) return [record.id];
  return object.columns.flatMap((column) => {
    const value = record[column.name] as Record<string, unknown> | string | null | undefined;
    if (value === null || value === undefined || column.field.isSystem) return [];
    if (typeof value === 'string') return column.type === 'TEXT' ? [value] : [];
    const parts = (subFields[column.type] ?? []).map((name) => value[name]).filter((part) => typeof part === 'string');
    return column.type === 'EMAILS' ? parts.flatMap((email) => [email, email.slice(email.lastIndexOf('@') + 1)]) : parts;
  });
}

const subFields: Readonly<Record<string, readonly string[]>> = {
  FULL_NAME: ['firstName', 'lastName'],
  EMAILS: ['primaryEmail'],
  PHONES: ['primaryPhoneNumber', 'primaryPhoneCallingCode'],
  LINKS: ['primaryLinkUrl'],
  RICH_TEXT: ['markdown'],
};

function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\d+][\p{L}\d+@._-]*/gu)?.map((word) => word.replace(/[._-]+$/, '')).filter((word) => word !== '') ?? [];
}
