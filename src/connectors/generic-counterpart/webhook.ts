import { createHash } from 'node:crypto';
import { search } from '@jmespath-community/jmespath';
import type { HookRequest } from '../../config/use-case.ts';
import type { CounterpartObject } from '../counterpart.ts';
import type { CounterpartReading } from '../counterpart-source.ts';
import type { RestWebhooksSettings } from './index.ts';

/** News of more records than this has the API asked what changed. */
const MOST_IDS = 500;
/** Where news has no id of its own the same words are a repeat for this time only: the next change of a record may be told in the same words. */
const REPEAT_MS = 1_000;

/** Reads a webhook as the configuration says. */
export function readChanged({ ids, only, key }: RestWebhooksSettings): (request: HookRequest, object: CounterpartObject) => CounterpartReading {
  return ({ body, headers }) => {
    let json: unknown;
    try {
      json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch {
      return { kind: 'refused', path: 'body', problem: 'The body is not JSON.' };
    }
    const told = only === undefined ? [] : textsOf(valueAt(only.at, json));
    if (only !== undefined && !told.some((one) => only.values.includes(one))) return { kind: 'ignored', what: told[0] ?? 'something else' };

    const found = ids === undefined ? [] : [...new Set(textsOf(valueAt(ids, json)))];
    if (ids !== undefined && found.length === 0) return { kind: 'ignored', what: 'news of no record' };
    if (found.some((id) => !/^[\x21-\x7e]{1,200}$/.test(id))) return { kind: 'refused', path: ids ?? 'body', problem: 'The id of a record is not a short plain text.' };

    const delivery = headers['webhook-id'] ?? headers['svix-id'] ?? (key === undefined ? undefined : textsOf(valueAt(key, json))[0]);
    return {
      kind: 'changed', ids: found.length > MOST_IDS ? [] : found,
      ...(delivery === undefined || delivery === '' ? { key: `content:${createHash('sha256').update(body).digest('base64url')}`, windowMs: REPEAT_MS } : { key: `delivery:${delivery}` }),
    };
  };
}

function textsOf(value: unknown): readonly string[] {
  return [value].flat().filter((one) => (typeof one === 'string' && one !== '') || typeof one === 'number').map(String);
}

function valueAt(path: string, json: unknown): unknown {
  return search(json as never, path) ?? undefined;
}
