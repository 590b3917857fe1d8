import type { NewEvent } from '../domain/event.ts';
import { Refusal } from './errors.ts';

/**
 * Turns down an event that the database would turn down, before it can spoil a shared commit: text with a NUL or half a
 * surrogate pair. The body is safe as it is: it is stored as bytes.
 */
export function assertStorable(event: NewEvent): void {
  assertText(event.dedupe.key, 'dedupe key');
  for (const delivery of event.deliveries) {
    assertText(delivery.laneKey, 'ordering key');
    if (delivery.outcome !== undefined) assertText(delivery.outcome.code + delivery.outcome.reason, 'outcome');
  }
  assertText(event.contentType, 'content type');
  for (const name in event.headers) assertText(event.headers[name] ?? '', `header ${name}`);
}

function assertText(text: string, what: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new Refusal('unstorable', { message: `The ${what} of this submission holds a character that cannot be stored.`, path: 'body' });
  }
}
