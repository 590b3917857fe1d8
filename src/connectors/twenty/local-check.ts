import type { ObjectShape } from './objects.ts';
import type { TwentyFields } from './records.ts';

/** Why a record would be refused, found without asking. */
export interface LocalProblem {
  readonly code: 'invalid_id' | 'invalid_text' | 'invalid_email' | 'invalid_link' | 'too_large' | 'field_not_allowed' | 'empty_patch';
  readonly message: string;
}

/** Twenty refuses a whole request above 10 MB; one record may fill most of it. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/**
 * What Twenty is certain to refuse, so that one bad record does not cost a call for the whole batch. It never refuses what
 * Twenty might accept: addresses are only checked for their rough form, and values of select fields not at all, since
 * workspaces change them. A NUL would be answered with a server error and look like an outage.
 */
export function localProblem(object: Pick<ObjectShape, 'links'>, id: string, fields: TwentyFields): LocalProblem | undefined {
  if (!isTwentyUuid(id)) return { code: 'invalid_id', message: 'The record has no id that Twenty accepts (a UUID of version 1 to 5).' };
  for (const name of ['deletedAt', 'searchVector']) {
    if (name in fields) return { code: 'field_not_allowed', message: `The field ${name} cannot be written.` };
  }
  for (const name of Object.keys(object.links)) {
    const link = fields[name];
    if (typeof link === 'string' && !isTwentyUuid(link)) return { code: 'invalid_id', message: `The field ${name} does not hold an id.` };
  }
  for (const [path, text] of textsIn(fields)) {
    if (text.includes('\0') || !text.isWellFormed()) {
      return { code: 'invalid_text', message: `The field ${path} holds a character that cannot be stored.` };
    }
    if (/^emails\.(primaryEmail|additionalEmails\.\d+)$/.test(path) && text !== '' && !/^[^\s@]+@[^\s@]+$/.test(text)) {
      return { code: 'invalid_email', message: `The field ${path} does not hold an email address.` };
    }
    if (/\.primaryLinkUrl$/.test(path) && text !== '' && !isLink(text)) {
      return { code: 'invalid_link', message: `The field ${path} does not hold a web address.` };
    }
  }
  if (bytesOf(fields) > MAX_RECORD_BYTES) return { code: 'too_large', message: 'The record is larger than Twenty accepts.' };
  return undefined;
}

/** UUIDs of version 1 to 5: Twenty refuses v7, v8, nil and max. */
export function isTwentyUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text);
}

export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function isLink(text: string): boolean {
  if (/\s/.test(text)) return false;
  return URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`) !== null;
}

/** Every text in a value with its dotted path. */
export function textsIn(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, path === '' ? key : `${path}.${key}`));
}
