import type { HookRequest } from '../../config/use-case.ts';
import type { FormReading } from '../form-source.ts';
import { readFormBody } from '../read-form.ts';

export interface HtmlFormRules {
  readonly files: 'refuse' | 'ignore';
  /** The field that holds an id of the submission. */
  readonly idField?: string;
}

/** A browser's form. */
export async function readHtmlForm(request: HookRequest, rules: HtmlFormRules): Promise<FormReading> {
  const fields = await readFormBody(request, rules.files);
  if ('kind' in fields) return fields;
  const id = rules.idField === undefined ? undefined : fields.get(rules.idField)?.trim();
  return { kind: 'submission', submission: fields.submission(id === undefined || id === '' ? {} : { id }) };
}
