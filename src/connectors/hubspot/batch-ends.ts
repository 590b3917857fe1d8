import { ConnectorError } from '../../domain/failure.ts';
import { oneLine, withoutAddresses } from '../../domain/text.ts';
import type { CounterpartEnd } from '../counterpart.ts';
import { SERVICE } from './api.ts';
import type { CrmRecord } from './records.ts';

/** What a batch says of records that it refused (developers.hubspot.com, error handling, multi-status errors). */
export interface BatchError {
  readonly category: string;
  readonly message: string;
  /** `ids` or `objectWriteTraceId` of those that it is about. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export function endOfError(verb: 'create' | 'update', { category, message }: BatchError): CounterpartEnd {
  if (category === 'OBJECT_NOT_FOUND' && verb === 'update') return { status: 'gone' };
  const words = wordsOf(message);
  if (category === 'CONFLICT' && verb === 'create') return { status: 'exists', id: /Existing ID:\s*(\d+)/i.exec(message)?.[1], message: words };
  return { status: 'rejected', message: words };
}

interface Made {
  readonly objectWriteTraceId: string;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Which of the new records is which. HubSpot need not name the trace id of what it made nor keep an order; then the values tell. Where they do
 * not, the outcome is as unknown as after a lost answer, for a wrong pair would be worse.
 */
export function matchMade<I extends Made>(inputs: readonly I[], results: readonly CrmRecord[]): ReadonlyMap<I, CrmRecord> {
  const made = new Map<I, CrmRecord>();
  const isFree = (input: I): boolean => !made.has(input);
  const silent: CrmRecord[] = [];
  for (const record of results) {
    const input = inputs.find((one) => one.objectWriteTraceId === record.objectWriteTraceId);
    if (input === undefined) silent.push(record);
    else made.set(input, record);
  }
  for (const record of silent) {
    const free = inputs.filter(isFree);
    const best = Math.max(...free.map((input) => alike(input, record)));
    const candidates = free.filter((input) => alike(input, record) === best);
    const [first] = candidates;
    if (first === undefined || !candidates.every((one) => sameValues(one, first))) {
      throw new ConnectorError(SERVICE, 'unavailable', 'hubspot: which of the new records is which cannot be told from the answer', { outcomeUnknown: true });
    }
    made.set(first, record);
  }
  return made;
}

/** How many of the values that were sent the record holds, but for capitals and blanks. */
function alike({ properties }: Made, record: CrmRecord): number {
  return Object.entries(properties).filter(([name, value]) => plain(record.properties[name] ?? '') === plain(value)).length - Object.keys(properties).length;
}

function sameValues(a: Made, b: Made): boolean {
  return alike(a, { id: '', properties: b.properties, archived: false }) === 0 && Object.keys(a.properties).length === Object.keys(b.properties).length;
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}

/** `Property values were not valid: [{"message":"Property \"x\" does not exist",…}]` in the words for people that are in it. */
function wordsOf(message: string): string {
  const [, list] = /(\[\{.*\}\])\s*$/s.exec(message) ?? [];
  try {
    const problems = JSON.parse(list ?? '') as readonly { readonly message?: unknown }[];
    const words = problems.flatMap((problem) => (typeof problem.message === 'string' ? [problem.message] : []));
    if (words.length > 0) return oneLine(withoutAddresses(words.join('; ')));
  } catch {
    // It is no list: said as it is.
  }
  return oneLine(withoutAddresses(message));
}
