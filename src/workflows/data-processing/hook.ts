import { createHash } from 'node:crypto';
import type { Hook, HookReading, HookRequest, Verification } from '../../config/use-case.ts';
import { formatOf, MAX_JSON_BYTES } from './row-source.ts';
import type { DataProcessingSettings } from './settings.ts';

/** Without an id of the sender, the same bytes again within this time are a repeat; later they are worked off anew, which changes nothing twice. */
const REPEAT_WINDOW_MS = 10 * 60_000;

/** All files of an integration go one after another: what came later counts. */
const LANE = 'rows';

const MEDIA_TYPES = ['application/json', 'text/csv', 'application/csv', 'text/tab-separated-values', 'application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'];

/** JSON of up to this size is looked at before it is taken, so that the sender hears at once of a body that is none. */
const LOOKED_AT_BYTES = 1024 * 1024;

/** How `POST /hooks/{integration}` is checked and read; undefined when rows are only fetched. */
export function dataHook({ receive }: DataProcessingSettings): Hook | undefined {
  if (receive === undefined) return undefined;
  return {
    verification: verificationOf(receive),
    contentTypes: MEDIA_TYPES,
    maxBodyBytes: receive.maxMegabytes * 1024 * 1024,
    bodyTimeoutMs: receive.timeoutSeconds * 1000,
    // Rows are posted by programs: a page in a browser has no business here.
    allowedOrigins: [],
    read: (request) => readHook(request, receive),
  };
}

type Receive = NonNullable<DataProcessingSettings['receive']>;

function verificationOf({ by, secret, scheme, header }: Receive): Verification {
  if (secret === undefined) return { scheme: 'none' };
  const options = header === undefined ? {} : { options: { header } };
  switch (by) {
    case 'path':
      return { scheme: 'path-secret', secrets: secret };
    case 'basic':
      return { scheme: 'basic', secrets: secret };
    case 'header':
      return { scheme: 'header-secret', secrets: secret, ...options };
    case 'signature':
      return { scheme, secrets: secret, ...options };
  }
}

function readHook({ contentType, headers, body }: HookRequest, { idHeader, by, scheme }: Receive): HookReading {
  const format = formatOf(contentType);
  if (format === undefined) return { kind: 'refused', status: 415, path: 'header.content-type', problem: 'Rows come as JSON, NDJSON or CSV.' };
  if (body.byteLength === 0) return { kind: 'refused', status: 400, path: 'body', problem: 'The body is empty.' };
  if (format === 'json') {
    if (body.byteLength > MAX_JSON_BYTES) return { kind: 'refused', status: 422, path: 'body', problem: 'JSON may have 8 MB at most. Send NDJSON or CSV, which are read row by row.' };
    if (body.byteLength <= LOOKED_AT_BYTES && !isJson(body)) return { kind: 'refused', status: 400, path: 'body', problem: 'The body is not JSON.' };
  }
  const id = headers[idHeader.toLowerCase()] ?? (by === 'signature' && scheme === 'standard-webhooks' ? headers['webhook-id'] : undefined);
  const known = id !== undefined && /^[\x21-\x7e]{1,200}$/.test(id);
  return {
    kind: 'event',
    dedupe: known ? { key: `id:${id}` } : { key: `content:${createHash('sha256').update(contentType).update('\0').update(body).digest('hex')}`, windowMs: REPEAT_WINDOW_MS },
    laneKey: LANE,
  };
}

function isJson(body: Uint8Array): boolean {
  try {
    // In another encoding it is read later, by its byte order mark.
    if (body[0] === 0xff || body[0] === 0xfe) return true;
    JSON.parse(new TextDecoder().decode(body));
    return true;
  } catch {
    return false;
  }
}
