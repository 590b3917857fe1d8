import type { RunInput } from '../../domain/run.ts';
import { insertItems, loadDeliveries } from '../../store/items.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';
import { type LeadMember, scoringOf } from './lead-item.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedLeads {
  readonly records: number;
  readonly connections: { readonly twenty: string; readonly mail?: string };
  readonly alert: 'task' | 'email' | 'none';
}

/** Takes up the records of the set, each once however many deliveries speak of it. */
export async function openLeads(deps: ActivityDeps, run: RunInput): Promise<OpenedLeads> {
  const { twenty, onThreshold } = scoringOf(deps, run).settings;
  const members: LeadMember[] = [];
  const unreadable: DeliveryOutcome[] = [];
  for (const [position, { deliveryId, recordId, action }] of (await loadDeliveries(deps.database, run)).entries()) {
    if (recordId === undefined) unreadable.push({ deliveryId, outcome: { state: 'failed', code: 'no_record', reason: 'The event names no record to be scored.' } });
    else members.push({ deliveryId, position, data: { recordId: recordId.toLowerCase(), ...(action === undefined ? {} : { action }) } });
  }
  await insertItems(deps.database, run, members);
  if (unreadable.length > 0) await settle(deps.database, run, unreadable);
  const mail = onThreshold?.email?.mail;
  return {
    records: new Set(members.map(({ data }) => data.recordId)).size,
    connections: { twenty, ...(mail === undefined ? {} : { mail }) },
    alert: onThreshold === undefined ? 'none' : mail === undefined ? 'task' : 'email',
  };
}
