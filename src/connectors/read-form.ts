import { TextDecoder } from 'node:util';
import type { HookRequest } from '../config/use-case.ts';
import { FormFields, MAX_FIELDS } from './form-fields.ts';
import { refused, type FormRefusal } from './form-source.ts';

/**
 * The fields of a body as browsers post it, urlencoded in any charset or multipart. A name posted several times (checkboxes)
 * becomes a list. A posted file refuses the whole form in plain words, or is left out and named.
 */
export async function readFormBody(request: HookRequest, files: 'refuse' | 'ignore'): Promise<FormFields | FormRefusal> {
  const fields = new FormFields();
  const problem = request.contentType === 'multipart/form-data' ? await addMultipart(fields, request, files) : addUrlencoded(fields, request);
  if (problem !== undefined) return problem;
  return fields.tooMany ? refused('body', `The form has more than ${MAX_FIELDS} fields.`) : fields;
}

async function addMultipart(fields: FormFields, request: HookRequest, files: 'refuse' | 'ignore'): Promise<FormRefusal | undefined> {
  let form: FormData;
  try {
    const { body, contentType } = withLongBoundary(request);
    form = await new Response(body as Uint8Array<ArrayBuffer>, { headers: { 'content-type': contentType } }).formData();
  } catch {
    return refused('body', 'The multipart body cannot be read: its parts do not fit the boundary in Content-Type.');
  }
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      fields.append(name, value);
    } else if (value.size === 0 && value.name === '') {
      // A browser posts an empty nameless file for an input left alone.
      fields.append(name, '');
    } else {
      if (files === 'refuse') return refused(name, 'This form takes no files. Please send the text only, and a link to the file in the message.', 422);
      fields.file({ field: name, name: value.name });
    }
  }
  return undefined;
}

/** Any boundary of 1 to 70 characters is legal, but the platform's parser refuses those below 27: such a one is written longer. */
function withLongBoundary({ body, contentTypeHeader }: HookRequest): { readonly body: Uint8Array; readonly contentType: string } {
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentTypeHeader) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined || boundary.length >= 27) return { body, contentType: contentTypeHeader };
  const long = `${boundary}${'-sluice'.repeat(5)}`;
  const delimiter = new RegExp(`(?<=^|\\n)--${boundary.replace(/[^A-Za-z0-9]/g, '\\$&')}(?=--|[ \\t]*\\r?\\n)`, 'g');
  const text = Buffer.from(body).toString('latin1').replace(delimiter, () => `--${long}`);
  return { body: Buffer.from(text, 'latin1'), contentType: `multipart/form-data; boundary="${long}"` };
}

function addUrlencoded(fields: FormFields, request: HookRequest): FormRefusal | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.contentTypeHeader)?.[1] ?? 'utf-8';
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset);
  } catch {
    return refused('content-type', `The charset ${charset.slice(0, 40)} is not known. Send UTF-8.`, 415);
  }
  const body = Buffer.from(request.body).toString('latin1');
  for (const pair of body.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const [name, value] = at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
    fields.append(unescape(name, decoder), unescape(value, decoder));
    if (fields.tooMany) break;
  }
  return undefined;
}

/** `+` and `%xx` to bytes (one latin-1 character is one byte of the body), then the bytes to text in the form's charset; a stray `%` stays as it is, as browsers do. */
function unescape(encoded: string, decoder: TextDecoder): string {
  const bytes: number[] = [];
  for (let i = 0; i < encoded.length; i += 1) {
    const hex = encoded[i] === '%' ? /^[0-9a-f]{2}$/i.exec(encoded.slice(i + 1, i + 3))?.[0] : undefined;
    if (hex !== undefined) i += 2;
    bytes.push(hex !== undefined ? Number.parseInt(hex, 16) : encoded[i] === '+' ? 0x20 : encoded.charCodeAt(i));
  }
  return decoder.decode(Uint8Array.from(bytes));
}
