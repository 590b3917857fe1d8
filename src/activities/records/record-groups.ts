import type { Outcome } from '../../domain/delivery.ts';
import type { RecordAction } from '../../domain/record-event.ts';
import type { RunInput } from '../../domain/run.ts';
import { insertItems, type Item, loadDeliveries, loadItems } from '../../store/items.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import type { ActivityDeps } from '../deps.ts';

/** What a run over records knows of each of its deliveries from the beginning. */
export interface RecordItem {
  readonly recordId: string;
  /** Undefined for a start by hand or by the clock. */
  readonly action?: RecordAction;
}

/** All deliveries of one record in the set: the record is dealt with once. The first one leads and carries the data. */
export interface RecordGroup<T extends RecordItem> {
  readonly recordId: string;
  readonly leader: Item<T>;
  readonly members: readonly Item<T>[];
  /** One of them says that the record was made just now. */
  readonly isNew: boolean;
}

/** Takes up the records of the set and answers how many they are; a delivery that names none ends here. */
export async function openRecords(deps: ActivityDeps, run: RunInput): Promise<number> {
  const members: Item<RecordItem>[] = [];
  const unreadable: DeliveryOutcome[] = [];
  for (const [position, { deliveryId, recordId, action }] of (await loadDeliveries(deps.database, run)).entries()) {
    if (recordId === undefined) unreadable.push({ deliveryId, outcome: { state: 'failed', code: 'no_record', reason: 'The event names no record of Twenty.' } });
    else members.push({ deliveryId, position, data: { recordId: recordId.toLowerCase(), ...(action === undefined ? {} : { action }) } });
  }
  await insertItems(deps.database, run, members);
  if (unreadable.length > 0) await settle(deps.database, run, unreadable);
  return new Set(members.map(({ data }) => data.recordId)).size;
}

/** The records of the set that have not ended, in the order in which they came. */
export async function loadGroups<T extends RecordItem>(deps: ActivityDeps, run: RunInput): Promise<readonly RecordGroup<T>[]> {
  const groups = Map.groupBy(await loadItems<T>(deps.database, run), ({ data }) => data.recordId);
  return [...groups].map(([recordId, members]) => ({ recordId, leader: members[0]!, members, isNew: members.some(({ data }) => data.action === 'created') }));
}

/** How all deliveries of a record end. */
export interface GroupEnd<T extends RecordItem = RecordItem> {
  readonly group: RecordGroup<T>;
  readonly outcome: Outcome;
  /** Of a success or a skip: the hash of what it rests on. */
  readonly inputs?: string | undefined;
}

/** Ends all deliveries of these records, each with an outcome of its own; they leave the flow and the others go on. */
export async function endGroups<T extends RecordItem>(deps: ActivityDeps, run: RunInput, ends: readonly GroupEnd<T>[]): Promise<void> {
  const outcomes = ends.flatMap(({ group, outcome, inputs }): DeliveryOutcome[] =>
    group.members.map(({ deliveryId }) => ({ deliveryId, outcome, ...(inputs === undefined ? {} : { inputs }) })));
  if (outcomes.length > 0) await settle(deps.database, run, outcomes);
}

/** The ids of a record's deliveries: the members of its effects. */
export function membersOfGroup({ members }: RecordGroup<RecordItem>): readonly string[] {
  return members.map(({ deliveryId }) => deliveryId);
}
