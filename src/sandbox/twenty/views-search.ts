import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import { holds } from './views-tests.ts';
import type { Asked } from './views-tests.ts';
import { either } from './views-truth.ts';
import type { Truth } from './views-truth.ts';

/** "Search any field": whether any field holds the text, each type in its own way. */
export function anyFieldHolds(object: ObjectModel, record: StoredRecord, text: string, nowMs: number): Truth {
  const tests = object.fields.flatMap((field) => {
    const asked = (operand: string, value = text): Asked => ({ field, operand, value, sub: null, nowMs });
    const conditions: Asked[] = [];
    if (searchedAsText.has(field.type)) conditions.push(asked('CONTAINS'));
    if ((field.type === 'NUMBER' || field.type === 'CURRENCY') && !Number.isNaN(Number(text))) conditions.push(asked('IS'));
    // Twenty also knows the names of currencies; the sandbox only their codes.
    if (field.type === 'CURRENCY' && /^[A-Z]{3}$/.test(text)) conditions.push({ ...asked('IS', JSON.stringify([text])), sub: 'currencyCode' });
    const options = (field.options ?? []).filter(({ value, label }) => `${value}\n${label}`.toLowerCase().includes(text.toLowerCase())).map(({ value }) => value);
    if (options.length > 0 && field.type === 'SELECT') conditions.push(asked('IS', JSON.stringify(options)));
    if (options.length > 0 && field.type === 'MULTI_SELECT') conditions.push(asked('CONTAINS', JSON.stringify(options)));
    return conditions.flatMap((condition) => holds(condition) ?? []).map((test) => test(record[field.name]));
  });
  return tests.length === 0 ? true : either(tests);
}

const searchedAsText: ReadonlySet<string> = new Set(['TEXT', 'ADDRESS', 'LINKS', 'FULL_NAME', 'ARRAY', 'EMAILS', 'PHONES']);
