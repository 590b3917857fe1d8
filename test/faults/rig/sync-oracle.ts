import { syncFields, type SyncField, type SyncRecord, type SyncRig } from './sync.ts';
import type { SyncWorld, WorldEdit } from './sync-world.ts';

export interface Verdict {
  /** What is not as promised, one line each. */
  readonly faults: readonly string[];
  /** Edits that fell between a read and a write of ours and whose webhook was lost as well: nothing knows of them. */
  readonly unheard: readonly string[];
}

interface Held {
  readonly twenty: string;
  readonly external: string;
  readonly isAsked: boolean;
}

/** Judges what both sides hold at rest by all that people did. */
export async function judgeWorld(sync: SyncRig, { edits, fates, winners }: SyncWorld): Promise<Verdict> {
  const people = Map.groupBy(sync.people(), ({ email }) => email);
  const rows = Map.groupBy(await sync.rows(), ({ email }) => email);
  const asked = await sync.rig.rows<{ twenty_id: string; field: string; twenty: string | null; external: string | null }>(
    `select l.twenty_id, c.field, c.twenty #>> '{}' as twenty, c.external #>> '{}' as external from sync_conflicts c join links l on l.id = c.link_id where c.closed_at is null`);
  const faults: string[] = [];
  const unheard: string[] = [];
  for (const [email, fate] of fates) {
    const [here, there] = [people.get(email) ?? [], rows.get(email) ?? []];
    // Of somebody merged into somebody who is deleted later, the row may go the way of either.
    const isLost = fate === 'merged' && fates.get(winners.get(email)!) !== 'kept';
    const rowsMeant = fate === 'kept' || (fate === 'merged' && !isLost) ? [1] : isLost ? [0, 1] : [0];
    if (here.length !== (fate === 'kept' ? 1 : 0) || !rowsMeant.includes(there.length)) faults.push(`${email}, who was ${fate}: ${String(here.length)} people and ${String(there.length)} rows`);
    if (fate !== 'kept' || here.length !== 1 || there.length !== 1) continue;
    for (const field of syncFields) {
      const conflict = asked.find((one) => one.twenty_id === here[0]!.id && one.field === field);
      const held: Held = conflict === undefined ? { ...both(here[0]!, there[0]!, field), isAsked: false } : { twenty: conflict.twenty ?? '', external: conflict.external ?? '', isAsked: true };
      for (const fault of fieldFaults(held, edits.filter((edit) => edit.email === email && edit.field === field))) {
        if (fault.edit !== undefined && isUnheard(sync, fault.edit, here[0]!)) unheard.push(`${email}: ${fault.words}`);
        else faults.push(`${email}: ${fault.words}`);
      }
    }
  }
  return { faults, unheard };
}

function both(here: SyncRecord, there: SyncRecord, field: SyncField): { readonly twenty: string; readonly external: string } {
  return { twenty: here[field], external: there[field] };
}

interface Fault {
  readonly words: string;
  readonly edit?: WorldEdit;
}

function fieldFaults({ isAsked, ...held }: Held, edits: readonly WorldEdit[]): readonly Fault[] {
  const last = edits.at(-1);
  const faults: Fault[] = [];
  if (!isAsked && held.twenty !== held.external) faults.push({ words: `“${held.twenty}” in Twenty and “${held.external}” outside, and nobody is asked` });
  if (last === undefined) return faults;
  const other = edits.findLast(({ side }) => side !== last.side);
  if (isAsked && other === undefined) faults.push({ words: `somebody is asked about ${last.field}, which was edited on one side only` });
  if (held[last.side] !== last.value) faults.push({ words: `the last edit, “${last.value}”, is lost: “${held.twenty}” and “${held.external}”`, edit: last });
  // Whoever made the last edit knew what the other side had made of it, or both stand before a person.
  if (other !== undefined && held[other.side] !== other.value && last.seen < other.n) faults.push({ words: `“${other.value}” is lost to “${last.value}”, whose editor never saw it`, edit: other });
  return faults;
}

/** No event told of it: its webhook was lost, or reached nobody. */
function isUnheard({ rig }: SyncRig, { gapAt }: WorldEdit, { id }: SyncRecord): boolean {
  return gapAt !== undefined && rig.twenty.deliveries.some(({ recordId, at, outcome }) => recordId === id && at >= gapAt && !(typeof outcome === 'number' && outcome < 300));
}
