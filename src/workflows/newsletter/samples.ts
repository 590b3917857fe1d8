import type { Sample } from '../../config/use-case.ts';

/** A start by hand, as `POST /triggers/{integration}` takes it. */
export const SAMPLES: readonly Sample[] = [
  { name: 'started-by-hand', contentType: 'application/json', body: JSON.stringify({ requestId: 'sample-newsletter', by: 'marketing', input: { name: 'Spring news' } }) },
];
