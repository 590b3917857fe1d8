import { oneOf, settings, text } from '../../config/fields.ts';
import { formSource, type FormSource } from '../form-source.ts';
import { securedInWords, securityShape, verificationOf, type FormSecurityInput } from '../form-security.ts';
import { readHtmlForm } from './webhook.ts';

export interface HtmlFormInput extends FormSecurityInput {
  /** What happens to a posted file: the form is refused in plain words, or the file is left out and named. */
  readonly files?: 'refuse' | 'ignore';
  /** The hidden field that holds an id of the submission, if the page makes one. */
  readonly idField?: string;
}

/** A plain HTML form that posts to Sluice. */
export function htmlForm(input: HtmlFormInput): FormSource {
  return formSource('html-form', schema, input, (known) => ({
    verification: verificationOf(known),
    contentTypes: ['application/x-www-form-urlencoded', 'multipart/form-data'],
    maxBodyBytes: 1024 * 1024,
    read: (request) => readHtmlForm(request, { files: known.files, idField: known.idField }),
  }));
}

const schema = securedInWords(
  settings({ ...securityShape, files: oneOf(['refuse', 'ignore']).default('refuse'), idField: text('submission_id').optional() }),
);
