import type { Guards } from './use-case.ts';

/** What holds a storm of record events back where an integration says nothing else. */
export const defaultGuards: Guards = { maxRunsPerRecordPerHour: 30, flood: { above: 5_000, then: 'sets' } };
