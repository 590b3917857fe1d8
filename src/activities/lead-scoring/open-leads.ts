import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { openRecords } from '../records/record-groups.ts';
import { scoringOf } from './lead-item.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedLeads {
  readonly records: number;
  readonly connections: { readonly twenty: string; readonly mail?: string };
  readonly alert: 'task' | 'email' | 'none';
  /** The tool that scores, and in how many parts it is asked at the same time. */
  readonly scorer?: { readonly connection: string; readonly parts: number };
}

/** More requests than this in a row are made in parts, four at most. */
const IN_A_ROW = 10;

/** Takes up the records of the set, each once however many deliveries speak of it. */
export async function openLeads(deps: ActivityDeps, run: RunInput): Promise<OpenedLeads> {
  const { twenty, scorer, onThreshold } = scoringOf(deps, run).settings;
  const records = await openRecords(deps, run);
  const mail = onThreshold?.email?.mail;
  const parts = (connection: string): number => Math.max(1, Math.min(4, Math.ceil(records / deps.tool('scorer', connection).perRequest / IN_A_ROW)));
  return {
    records,
    connections: { twenty, ...(mail === undefined ? {} : { mail }) },
    alert: onThreshold === undefined ? 'none' : mail === undefined ? 'task' : 'email',
    ...(scorer === undefined ? {} : { scorer: { connection: scorer.connection, parts: parts(scorer.connection) } }),
  };
}
