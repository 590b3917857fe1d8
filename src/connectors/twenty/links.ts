import type { ExtraCalls } from './apart.ts';
import type { CallContext, Connection } from './call.ts';
import { findByIds } from './find.ts';
import { isKnown } from './objects.ts';
import type { KnownObject, ObjectShape } from './objects.ts';
import type { TwentyFields } from './records.ts';
import { knownShape } from './shapes.ts';

/**
 * The rows that point at a record which is not there, with a sentence about it. Twenty names only a database constraint, so
 * the targets are looked up: one extra call per kind of record pointed at.
 */
export async function danglingLinks<Row extends TwentyFields>(
  connection: Connection, object: ObjectShape, rows: readonly Row[], ctx: CallContext, extra: ExtraCalls,
): Promise<ReadonlyMap<Row, string>> {
  const dangling = new Map<Row, string>();
  for (const [target, fields] of linksByTarget(object)) {
    const ids = rows.flatMap((row) => fields.flatMap((field) => idIn(row, field)));
    if (ids.length === 0 || !extra.take()) continue;
    const known = new Set((await findByIds(connection, knownShape(target), ids, ctx)).map(({ id }) => id));
    for (const row of rows) {
      const missing = fields.flatMap((field) => idIn(row, field)).find((id) => !known.has(id));
      if (missing !== undefined) dangling.set(row, `The ${WORDS[target]} it should be linked to (${missing}) is not in Twenty any more.`);
    }
    if (dangling.size > 0) break;
  }
  return dangling;
}

const WORDS: Readonly<Record<KnownObject, string>> = {
  person: 'person', company: 'company', opportunity: 'opportunity', task: 'task', taskTarget: 'link of a task',
  note: 'note', noteTarget: 'link of a note', campaign: 'campaign', workspaceMember: 'workspace member',
};

/** Links to custom objects are not looked up: a row at fault is found by halving. */
function linksByTarget({ links }: ObjectShape): ReadonlyMap<KnownObject, readonly string[]> {
  const grouped = new Map<KnownObject, readonly string[]>();
  for (const [field, target] of Object.entries(links)) {
    if (isKnown(target)) grouped.set(target, [...(grouped.get(target) ?? []), field]);
  }
  return grouped;
}

function idIn(row: TwentyFields, field: string): readonly string[] {
  const value = row[field];
  return typeof value === 'string' && value !== '' ? [value.toLowerCase()] : [];
}
