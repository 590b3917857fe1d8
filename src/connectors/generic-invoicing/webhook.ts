import { createHash } from 'node:crypto';
import { search } from '@jmespath-community/jmespath';
import type { NewsReading } from '../invoicing.ts';
import { readJsonObject } from '../read-json.ts';
import type { GenericNewsSettings } from './index.ts';
import { statusOf } from './statuses.ts';

/** Reads a body as the configuration says. A status that nobody knows is acknowledged and dropped: it is no news of how the invoice stands. */
export function readGenericNews({ read, statuses }: GenericNewsSettings, body: Uint8Array): NewsReading {
  const json = readJsonObject(body);
  if ('kind' in json) return { kind: 'refused', path: json.path, problem: json.problem };
  const at = (path: string | undefined): string | undefined => {
    const value = path === undefined ? undefined : (search(json.json as never, path) as unknown);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : typeof value === 'number' ? String(value) : undefined;
  };
  const [invoiceId, word] = [at(read.invoiceId), at(read.status)];
  if (invoiceId === undefined) return { kind: 'refused', path: read.invoiceId, problem: 'Here the id of the invoice is expected.' };
  const status = word === undefined ? undefined : statusOf(word, statuses);
  if (status === undefined) return { kind: 'ignored', what: word ?? '' };
  const id = at(read.id) ?? `content:${createHash('sha256').update(body).digest('hex')}`;
  return { kind: 'news', news: { id, invoiceId, opportunityId: at(read.opportunityId), status, number: at(read.number), url: at(read.url) } };
}
