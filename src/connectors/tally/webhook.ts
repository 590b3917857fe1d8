import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import { FormFields, MAX_FIELDS, scalarText } from '../form-fields.ts';
import { fileNameOf, idText, instant, isWebAddress, optionalText, readPayload } from '../form-payload.ts';
import { refused, type FormReading } from '../form-source.ts';
import { readJsonObject } from '../read-json.ts';

/** Tally's `FORM_RESPONSE`: an answer is known by its key and label, chosen options by their text; the first e-mail and phone also as `email` and `phone`. */
export function readTally(request: HookRequest): FormReading {
  const json = readJsonObject(request.body);
  if ('kind' in json) return json;
  const eventType = json.json['eventType'];
  if (typeof eventType === 'string' && eventType !== 'FORM_RESPONSE') return { kind: 'answer', status: 200, body: { ignored: eventType } };
  const read = readPayload(Payload, json.json, 'Tally');
  if ('kind' in read) return read;
  const { data, createdAt } = read.payload;

  const fields = new FormFields();
  for (const field of data.fields) {
    addField(fields, field);
    if (fields.tooMany) return refused('data.fields', `The form has more than ${MAX_FIELDS} fields.`);
  }
  const id = data.responseId ?? data.submissionId;
  if (id === undefined) return refused('data.responseId', 'This is not what Tally sends: the id of the response is missing.');
  const submittedAt = data.createdAt ?? createdAt;
  const submission = fields.submission({
    id,
    ...(data.formId === undefined ? {} : { formId: data.formId }),
    ...(data.formName === undefined ? {} : { formName: data.formName }),
    ...(submittedAt === undefined ? {} : { submittedAt }),
  });
  return { kind: 'submission', submission };
}

const Option = z.looseObject({ id: z.string(), text: optionalText, name: optionalText });
const Field = z.looseObject({
  key: z.string(),
  label: optionalText,
  type: z.string(),
  value: z.unknown().optional(),
  options: z.array(Option).nullish(),
  rows: z.array(Option).nullish(),
  columns: z.array(Option).nullish(),
});
type Field = z.infer<typeof Field>;

// developers.tally.so, “Creating webhooks”, and deliveries as others recorded them.
const Payload = z.looseObject({
  createdAt: instant,
  data: z.looseObject({
    responseId: idText, submissionId: idText, formId: idText, formName: optionalText, createdAt: instant, fields: z.array(Field),
  }),
});

const COMMON_NAMES: Readonly<Record<string, string>> = { INPUT_EMAIL: 'email', INPUT_PHONE_NUMBER: 'phone' };

function addField(fields: FormFields, field: Field): void {
  const names = [field.key, field.label, COMMON_NAMES[field.type]];
  const { value } = field;
  const text = scalarText(value);
  if (text !== undefined) {
    // Tally also sends each option of a checkbox as a field of its own, with true or false.
    fields.alias(names, optionText(field, text) ?? text);
    return;
  }
  if (!Array.isArray(value)) {
    fields.alias(names, matrixTexts(field));
    return;
  }
  const files = value.filter(isFile);
  for (const file of files) fields.file({ field: field.label ?? field.key, name: file.name ?? fileNameOf(file.url), url: file.url });
  const texts = files.length > 0 ? files.map((file) => file.url) : value.map((one) => optionText(field, scalarText(one) ?? '') ?? scalarText(one) ?? '');
  fields.alias(names, texts.filter((one) => one !== ''));
}

function optionText(field: Field, id: string): string | undefined {
  const option = field.options?.find((one) => one.id === id);
  return option?.text ?? option?.name;
}

/** A matrix answers `{ row: [columns] }` with ids for both. */
function matrixTexts(field: Field): string[] {
  const nameOf = (list: Field['rows'], id: string): string => {
    const found = list?.find((one) => one.id === id);
    return found?.text ?? found?.name ?? id;
  };
  return Object.entries(field.value as object).map(([row, chosen]) => {
    const columns = (Array.isArray(chosen) ? chosen : [chosen]).map((one) => nameOf(field.columns, scalarText(one) ?? ''));
    return `${nameOf(field.rows, row)}: ${columns.join(', ')}`;
  });
}

function isFile(value: unknown): value is { readonly url: string; readonly name?: string } {
  return typeof value === 'object' && value !== null && 'url' in value && isWebAddress(value.url) && (!('name' in value) || typeof value.name === 'string');
}
