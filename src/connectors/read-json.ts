import { refused, type FormRefusal } from './form-source.ts';

/** A body as JSON, or the refusal that says why it is none. UTF-8 only, as JSON is (RFC 8259); a byte order mark is forgiven. */
export function readJsonObject(body: Uint8Array): { readonly json: Readonly<Record<string, unknown>> } | FormRefusal {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return refused('body', 'The body is not UTF-8 text.');
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    // The parser's own words name the place; what they quote of the body is cut off.
    const place = /position \d+(?: \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    return refused('body', `The body is not JSON${place === undefined ? '' : ` (at ${place})`}.`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refused('body', 'The body is JSON, but not an object of fields.');
  return { json: json as Readonly<Record<string, unknown>> };
}
