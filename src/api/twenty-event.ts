import { type RecordEvent, readRecordEvent } from '../domain/record-event.ts';
import { Refusal } from './errors.ts';

/**
 * Reads a verified body. Undefined for events that are about the data model rather than a record (`metadata.*`). Throws a
 * `Refusal` with the path of what is wrong.
 */
export function readTwentyEvent(body: Uint8Array): RecordEvent | undefined {
  const event = readRecordEvent(parse(body));
  if (event === undefined || 'recordId' in event) return event;
  const where = event.path === '' ? 'body' : `body.${event.path}`;
  throw new Refusal('invalid_value', { message: `${where} must be ${event.expected}.`, path: where });
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new Refusal('invalid_json', { path: 'body', cause });
  }
}
