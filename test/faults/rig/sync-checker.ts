import { type SyncEdit, type SyncField, syncFields, type SyncRecord, type SyncRig } from './sync.ts';

interface Asked {
  readonly email: string;
  readonly field: SyncField;
  readonly twenty: string;
  readonly external: string;
}

/**
 * Everything that is not as promised once all has come to rest, one line each: every event has one end, each record stands once on each side,
 * both hold the same or somebody is asked, nothing that anybody did is lost, and nothing is written any more.
 */
export async function findSyncFaults(sync: SyncRig): Promise<readonly string[]> {
  await sync.rest();
  await sync.work('changes');
  const before = await writesOf(sync);
  await sync.work('changes');
  await sync.work('drift');
  const after = await writesOf(sync);
  const people = Map.groupBy(sync.people(), ({ email }) => email);
  const rows = Map.groupBy(await sync.rows(), ({ email }) => email);
  const asked = await askedOf(sync);
  const emails = new Set([...people.keys(), ...rows.keys(), ...sync.edits.map(({ email }) => email)]);
  return [
    ...(await endFaults(sync)),
    ...(before === after ? [] : [`writes go on although nobody edits: ${before} before, ${after} after`]),
    ...[...emails].flatMap((email) => {
      const [here, there] = [people.get(email) ?? [], rows.get(email) ?? []];
      if (here.length !== 1 || there.length !== 1) return [`${email}: ${String(here.length)} people and ${String(there.length)} rows`];
      return pairFaults(here[0]!, there[0]!, asked.filter((one) => one.email === email), sync.edits.filter((edit) => edit.email === email));
    }),
    ...(await taskFaults(sync, asked)),
  ];
}

/** Nothing is refused in these runs, so every event has ended well, and no effect is left open. */
async function endFaults({ rig }: SyncRig): Promise<readonly string[]> {
  const odd = await rig.rows<{ state: string; code: string | null; reason: string | null }>(`select state, code, reason from deliveries where state not in ('succeeded', 'skipped', 'superseded')`);
  const open = await rig.rows<{ key: string; state: string }>(`select key, state from effects where state in ('attempting', 'unknown')`);
  const [drift] = await rig.rows<{ code: string; reason: string }>(`select code, reason from deliveries where code in ('drift', 'no_drift') order by seq desc limit 1`);
  return [
    ...odd.map(({ state, code, reason }) => `an event ended as ${state} (${String(code)}: ${String(reason)})`),
    ...open.map(({ key, state }) => `the effect ${key} is ${state}`),
    ...(drift?.code === 'no_drift' ? [] : [`the full compare: ${String(drift?.reason)}`]),
  ];
}

/** All writes that either side has seen from us or anybody. */
export async function writesOf({ rig, rows }: SyncRig): Promise<string> {
  const { ledger } = rig.twenty;
  const versions = (await rows()).map(({ id, version }) => `${id}/${version}`).join();
  return `${String(ledger.written('created').length)} made and ${String(ledger.written('updated').length)} changed in Twenty, rows ${versions}`;
}

function pairFaults(here: SyncRecord, there: SyncRecord, asked: readonly Asked[], edits: readonly SyncEdit[]): readonly string[] {
  return syncFields.flatMap((field) => {
    const conflict = asked.find((one) => one.field === field);
    const last = (side: SyncEdit['side']): string | undefined => edits.filter((edit) => edit.field === field && edit.side === side).at(-1)?.value;
    const [mine, theirs] = [last('twenty'), last('external')];
    const [a, b] = [here[field], there[field]];
    const bothEdited = mine !== undefined && theirs !== undefined;
    return [
      ...(a === b || conflict !== undefined ? [] : [`${here.email}: ${field} is “${a}” in Twenty and “${b}” outside, and nobody is asked`]),
      ...(conflict === undefined || bothEdited ? [] : [`${here.email}: somebody is asked about ${field}, which was edited on one side only`]),
      ...(conflict === undefined || (conflict.twenty === mine && conflict.external === theirs) ? [] : [`${here.email}: somebody is asked about ${field} with other values than there are`]),
      ...(mine === undefined || bothEdited || a === mine ? [] : [`${here.email}: the edit of ${field} to “${mine}” in Twenty is lost`]),
      ...(theirs === undefined || bothEdited || b === theirs ? [] : [`${here.email}: the edit of ${field} to “${theirs}” outside is lost`]),
      ...(!bothEdited || mine === theirs || (a === mine && b === theirs && conflict !== undefined) ? [] : [`${here.email}: of two edits of ${field} one is lost`]),
    ];
  });
}

/** Whoever is asked has one open task, with both values in its text. */
async function taskFaults({ rig, people }: SyncRig, asked: readonly Asked[]): Promise<readonly string[]> {
  const links = rig.twenty.records('taskTargets');
  const tasks = rig.twenty.records('tasks').filter(({ deletedAt, status }) => deletedAt === null && status !== 'DONE');
  return people().flatMap(({ id, email }) => {
    const own = tasks.filter((task) => links.some((link) => link['taskId'] === task['id'] && link['targetPersonId'] === id));
    const wanted = asked.filter((one) => one.email === email);
    const text = JSON.stringify(own[0]?.['bodyV2'] ?? '');
    return [
      ...(own.length === Math.min(1, wanted.length) ? [] : [`${email}: ${String(own.length)} open tasks`]),
      ...wanted.filter(({ twenty, external }) => own.length > 0 && !(text.includes(twenty) && text.includes(external))).map(({ field }) => `${email}: its task does not name both values of ${field}`),
    ];
  });
}

async function askedOf({ rig, people }: SyncRig): Promise<readonly Asked[]> {
  const found = await rig.rows<{ twenty_id: string; field: SyncField; twenty: string | null; external: string | null }>(
    `select l.twenty_id, c.field, c.twenty #>> '{}' as twenty, c.external #>> '{}' as external from sync_conflicts c join links l on l.id = c.link_id where c.closed_at is null`);
  const emails = new Map(people().map(({ id, email }) => [id, email]));
  return found.map(({ twenty_id, field, twenty, external }) => ({ email: emails.get(twenty_id) ?? twenty_id, field, twenty: twenty ?? '', external: external ?? '' }));
}
