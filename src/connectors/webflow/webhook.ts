import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import { FormFields, MAX_FIELDS, scalarText } from '../form-fields.ts';
import { fileNameOf, idText, instant, isWebAddress, optionalText, readPayload } from '../form-payload.ts';
import { refused, type FormReading } from '../form-source.ts';
import { readJsonObject } from '../read-json.ts';

/** Webflow's `form_submission`: an answer is known by the name of its field and the id of its element. */
export function readWebflow(request: HookRequest): FormReading {
  const json = readJsonObject(request.body);
  if ('kind' in json) return json;
  const trigger = json.json['triggerType'];
  if (typeof trigger === 'string' && trigger !== 'form_submission') return { kind: 'answer', status: 200, body: { ignored: trigger } };
  const read = readPayload(Payload, json.json, 'Webflow');
  if ('kind' in read) return read;
  const { payload } = read.payload;

  const fields = new FormFields();
  for (const [name, value] of Object.entries(payload.data)) {
    const described = payload.schema.find((one) => one.fieldName === name);
    const texts = Array.isArray(value) ? value.map((one) => scalarText(one) ?? '') : (scalarText(value) ?? JSON.stringify(value));
    fields.alias([name, described?.fieldElementId], texts);
    if (described?.fieldType === 'FormFileUploadInput') {
      for (const url of [texts].flat().filter(isWebAddress)) fields.file({ field: name, name: fileNameOf(url), url });
    }
    if (fields.tooMany) return refused('payload.data', `The form has more than ${MAX_FIELDS} fields.`);
  }
  const submission = fields.submission({
    ...(payload.id === undefined ? {} : { id: payload.id }),
    ...(payload.formId === undefined ? {} : { formId: payload.formId }),
    ...(payload.name === undefined ? {} : { formName: payload.name }),
    ...(payload.submittedAt === undefined ? {} : { submittedAt: payload.submittedAt }),
  });
  return { kind: 'submission', submission };
}

// developers.webflow.com/data/reference/webhooks/events/form-submission
const Payload = z.looseObject({
  payload: z.looseObject({
    id: idText,
    formId: idText,
    name: optionalText,
    submittedAt: instant,
    data: z.record(z.string(), z.unknown()),
    schema: z
      .array(z.looseObject({ fieldName: optionalText, fieldType: optionalText, fieldElementId: optionalText }))
      .nullish()
      .transform((schema) => schema ?? []),
  }),
});
