import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { openRecords } from '../records/record-groups.ts';
import { scoringOf } from './lead-item.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedLeads {
  readonly records: number;
  readonly connections: { readonly twenty: string; readonly mail?: string };
  readonly alert: 'task' | 'email' | 'none';
}

/** Takes up the records of the set, each once however many deliveries speak of it. */
export async function openLeads(deps: ActivityDeps, run: RunInput): Promise<OpenedLeads> {
  const { twenty, onThreshold } = scoringOf(deps, run).settings;
  const records = await openRecords(deps, run);
  const mail = onThreshold?.email?.mail;
  return {
    records,
    connections: { twenty, ...(mail === undefined ? {} : { mail }) },
    alert: onThreshold === undefined ? 'none' : mail === undefined ? 'task' : 'email',
  };
}
