import { settings, text } from '../../config/fields.ts';
import { formSource, type FormSource } from '../form-source.ts';
import { securedInWords, securityShape, verificationOf, type FormSecurityInput } from '../form-security.ts';
import { readJsonForm } from './webhook.ts';

export interface JsonFormInput extends FormSecurityInput {
  /** The field that holds an id of the submission, if the sender gives one; a second post of it is a repeat for ever. */
  readonly idField?: string;
}

/** A form posted as JSON by a script or by your own server. */
export function jsonForm(input: JsonFormInput): FormSource {
  return formSource('json-form', schema, input, (known) => ({
    verification: verificationOf(known),
    contentTypes: ['application/json'],
    maxBodyBytes: 256 * 1024,
    read: (request) => readJsonForm(request, known.idField),
  }));
}

const schema = securedInWords(settings({ ...securityShape, idField: text('submissionId').optional() }));
