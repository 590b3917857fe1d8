import type { Sample } from '../../config/use-case.ts';

/** A start by hand, as `POST /triggers/{integration}` takes it. */
export const SAMPLES: readonly Sample[] = [
  { name: 'first-load', contentType: 'application/json', body: JSON.stringify({ requestId: 'sample-first-load', by: 'operations', input: { job: 'first-load', write: true } }) },
];
