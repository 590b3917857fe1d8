import type { HookRequest } from '../../config/use-case.ts';
import { FormFields, MAX_FIELDS, scalarText } from '../form-fields.ts';
import { refused, type FormReading, type FormRefusal } from '../form-source.ts';
import { readJsonObject } from '../read-json.ts';

const MAX_DEPTH = 8;

/** A flat or nested JSON object: nested names are joined by dots (`company.name`), lists of texts stay lists. */
export function readJsonForm(request: HookRequest, idField?: string): FormReading {
  const read = readJsonObject(request.body);
  if ('kind' in read) return read;
  const fields = new FormFields();
  const problem = addAll(fields, read.json, []);
  if (problem !== undefined) return problem;
  const id = idField === undefined ? undefined : fields.get(idField)?.trim();
  return { kind: 'submission', submission: fields.submission(id === undefined || id === '' ? {} : { id }) };
}

function addAll(fields: FormFields, value: object, path: readonly string[]): FormRefusal | undefined {
  if (path.length > MAX_DEPTH) return refused(path.join('.'), `The fields are nested more than ${MAX_DEPTH} deep.`);
  for (const [key, inner] of Object.entries(value)) {
    const problem = addOne(fields, inner, [...path, key]);
    if (problem !== undefined) return problem;
    if (fields.tooMany) return refused('body', `The form has more than ${MAX_FIELDS} fields.`);
  }
  return undefined;
}

function addOne(fields: FormFields, value: unknown, path: readonly string[]): FormRefusal | undefined {
  const text = scalarText(value);
  if (text !== undefined) {
    fields.alias([path.join('.')], text);
    return undefined;
  }
  const texts = Array.isArray(value) ? value.map(scalarText) : undefined;
  if (texts?.every((one) => one !== undefined) === true) {
    fields.alias([path.join('.')], texts);
    return undefined;
  }
  return addAll(fields, value as object, path);
}
