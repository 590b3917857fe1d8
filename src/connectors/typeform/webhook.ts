import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import { FormFields, MAX_FIELDS, scalarText } from '../form-fields.ts';
import { fileNameOf, idText, instant, optionalText, readPayload } from '../form-payload.ts';
import { refused, type FormReading } from '../form-source.ts';
import { readJsonObject } from '../read-json.ts';

/** Typeform's `form_response`: an answer is known by its field's ref, id and title; the first e-mail and phone also as `email` and `phone`. */
export function readTypeform(request: HookRequest): FormReading {
  const json = readJsonObject(request.body);
  if ('kind' in json) return json;
  // Unfinished forms and other news of the account are acknowledged, so that Typeform does not send them again.
  const eventType = json.json['event_type'];
  if (typeof eventType === 'string' && eventType !== 'form_response') return { kind: 'answer', status: 200, body: { ignored: eventType } };
  const read = readPayload(Payload, json.json, 'Typeform');
  if ('kind' in read) return read;
  const response = read.payload.form_response;
  const titles = new Map(fieldsIn(response.definition?.fields ?? []).flatMap(({ id, ref, title }) => [[id, title], [ref, title]]));

  const fields = new FormFields();
  for (const answer of response.answers) {
    const { ref, id } = answer.field;
    const names = [ref, id, titles.get(ref ?? id) ?? titles.get(id), COMMON_NAMES[answer.type]];
    addAnswer(fields, names, answer);
    if (fields.tooMany) return refused('form_response.answers', `The form has more than ${MAX_FIELDS} answers.`);
  }
  for (const [name, value] of Object.entries(response.hidden ?? {})) fields.alias([name], scalarText(value) ?? '');
  const submission = fields.submission({
    id: response.token,
    ...(response.form_id === undefined ? {} : { formId: response.form_id }),
    ...(response.definition?.title === undefined ? {} : { formName: response.definition.title }),
    ...(response.submitted_at === undefined ? {} : { submittedAt: response.submitted_at }),
  });
  return { kind: 'submission', submission };
}

const Field = z.looseObject({ id: idText, ref: optionalText, title: optionalText, properties: z.unknown().optional() });
const Answer = z.looseObject({ type: z.string(), field: z.looseObject({ id: idText, ref: optionalText }) });
type Answer = z.infer<typeof Answer>;

// typeform.com/developers/webhooks/example-payload
const Payload = z.looseObject({
  form_response: z.looseObject({
    token: z.string().min(1),
    form_id: idText,
    submitted_at: instant,
    hidden: z.record(z.string(), z.unknown()).nullish(),
    definition: z.looseObject({ title: optionalText, fields: z.array(Field).nullish() }).nullish(),
    answers: z.array(Answer).nullish().transform((answers) => answers ?? []),
  }),
});

const COMMON_NAMES: Readonly<Record<string, string>> = { email: 'email', phone_number: 'phone' };

const Choice = z.looseObject({ label: optionalText, other: optionalText });
const Choices = z.looseObject({ labels: z.array(z.string()).nullish(), other: optionalText });
const Payment = z.looseObject({ amount: z.union([z.string(), z.number()]).nullish(), name: optionalText, success: z.boolean().nullish() });

function addAnswer(fields: FormFields, names: readonly (string | undefined)[], answer: Answer): void {
  const value = answer[answer.type];
  const name = names.find((one) => one !== undefined) ?? answer.type;
  switch (answer.type) {
    case 'choice': {
      const choice = Choice.safeParse(value).data;
      fields.alias(names, choice?.label ?? choice?.other ?? '');
      return;
    }
    case 'choices': {
      const choices = Choices.safeParse(value).data;
      fields.alias(names, [...(choices?.labels ?? []), ...(choices?.other === undefined ? [] : [choices.other])]);
      return;
    }
    case 'payment': {
      const payment = Payment.safeParse(value).data;
      fields.alias(names, payment?.success === false ? '' : String(payment?.amount ?? ''));
      return;
    }
    case 'file_url': {
      const url = scalarText(value) ?? '';
      fields.alias(names, url);
      if (url !== '') fields.file({ field: name, name: fileNameOf(url), url });
      return;
    }
    default:
      fields.alias(names, scalarText(value) ?? flat(value));
  }
}

/** Kinds we do not know are kept readable: the texts inside, one after another. */
function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map((one) => scalarText(one) ?? '').filter((text) => text !== '').join(', ');
}

/** Contact and group questions hold their questions inside. */
function fieldsIn(fields: readonly z.infer<typeof Field>[], depth = 0): z.infer<typeof Field>[] {
  if (depth > 3) return [];
  return fields.flatMap((field) => {
    const inner = z.looseObject({ fields: z.array(Field) }).safeParse(field.properties).data?.fields ?? [];
    return [field, ...fieldsIn(inner, depth + 1)];
  });
}
