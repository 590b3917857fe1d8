import type { HookRequest } from '../../config/use-case.ts';
import { FormFields, MAX_FIELDS, scalarText } from '../form-fields.ts';
import { fileNameOf, isWebAddress } from '../form-payload.ts';
import { refused, type FormReading } from '../form-source.ts';
import { readFormBody } from '../read-form.ts';
import { readJsonObject } from '../read-json.ts';

/**
 * Jotform posts a form whose `rawRequest` is JSON with the answers. `q3_workEmail` is also known as `workEmail`, and without
 * the number that Jotform puts behind its own names (`email7` as `email`); parts as `fullName.first`.
 */
export async function readJotform(request: HookRequest): Promise<FormReading> {
  const form = await readFormBody(request, 'ignore');
  if ('kind' in form) return form;
  const posted = (name: string): string => form.get(name)?.trim() ?? '';
  if (posted('rawRequest') === '') return refused('rawRequest', 'This is not what Jotform sends: rawRequest is missing.');
  if (posted('submissionID') === '') return refused('submissionID', 'This is not what Jotform sends: submissionID is missing.');
  const raw = readJsonObject(new TextEncoder().encode(posted('rawRequest')));
  if ('kind' in raw) return refused('rawRequest', raw.problem);

  const fields = new FormFields();
  for (const [key, value] of Object.entries(raw.json)) {
    const question = /^q\d+_(.+)$/s.exec(key)?.[1];
    if (question !== undefined) addAnswer(fields, key, question, value);
    else addFiles(fields, key, value);
    if (fields.tooMany) return refused('rawRequest', `The form has more than ${MAX_FIELDS} fields.`);
  }
  const [formId, formName] = [posted('formID'), posted('formTitle')];
  const submission = fields.submission({
    id: posted('submissionID'),
    ...(formId === '' ? {} : { formId }),
    ...(formName === '' ? {} : { formName }),
  });
  return { kind: 'submission', submission };
}

function addAnswer(fields: FormFields, key: string, question: string, value: unknown): void {
  const bare = question.replace(/\d+$/, '');
  const names = [key, question, bare];
  const text = scalarText(value);
  if (text !== undefined) return fields.alias(names, text);
  if (Array.isArray(value)) return fields.alias(names, value.map((one) => scalarText(one) ?? '').filter((one) => one !== ''));
  const parts = Object.entries(value as object).map(([part, inner]) => [part, (scalarText(inner) ?? '').trim()] as const);
  for (const [part, inner] of parts) fields.alias(names.map((name) => `${name}.${part}`), inner);
  fields.alias(names, whole(new Map(parts)));
}

/** What the parts of one answer say together: a date, a phone number, a name. */
function whole(parts: ReadonlyMap<string, string>): string {
  const [year, month, day] = [parts.get('year'), parts.get('month'), parts.get('day')];
  if (year !== undefined && month !== undefined && day !== undefined) {
    return year === '' || month === '' || day === '' ? '' : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  }
  const full = parts.get('full');
  if (full !== undefined) return full;
  return [...parts.values()].filter((text) => text !== '').join(' ');
}

/** Uploads come a second time, under their bare name, as addresses at Jotform; everything else outside the questions is Jotform's own. */
function addFiles(fields: FormFields, name: string, value: unknown): void {
  if (!Array.isArray(value)) return;
  for (const url of value.filter(isWebAddress)) fields.file({ field: name, name: fileNameOf(url), url });
}
