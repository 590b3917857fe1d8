import type { Chance } from './seed.ts';
import { type SyncField, syncFields, type SyncRecord, type SyncRig } from './sync.ts';

type Side = 'twenty' | 'external';

/** An edit as its oracle remembers it. */
export interface WorldEdit {
  readonly n: number;
  readonly side: Side;
  readonly email: string;
  readonly field: SyncField;
  readonly value: string;
  /** The last edit of the other side that this side showed when it was made. */
  readonly seen: number;
  /** It fell between a read and a write of ours; undefined when it did not, else when. */
  readonly gapAt?: string;
}

/** What became of a customer, beside edits. `merged` in Twenty into another one: the row outside stays. */
export type Fate = 'kept' | 'deleted' | 'merged';

/** Two sides that people work on while everything else fails, and what they did. */
export interface SyncWorld {
  readonly edits: readonly WorldEdit[];
  readonly fates: ReadonlyMap<string, Fate>;
  /** Into whom somebody was merged. */
  readonly winners: ReadonlyMap<string, string>;
  /** A customer who is known on both sides from the start. */
  make(): Promise<string>;
  /** One thing that somebody does or that breaks, picked at random. */
  step(): Promise<string>;
}

const COLUMNS: Readonly<Record<SyncField, string>> = { firstName: 'first_name', lastName: 'last_name', title: 'title' };

/** `name` tells its customers from those of another world on the same rig. */
export function syncWorld(sync: SyncRig, chance: Chance, name: string): SyncWorld {
  const { rig } = sync;
  const edits: WorldEdit[] = [];
  const fates = new Map<string, Fate>();
  const winners = new Map<string, string>();
  let values = 0;
  const news = (field: SyncField): string => `${field} ${String((values += 1))}`;
  const person = (email: string): SyncRecord | undefined => sync.people().find((one) => one.email === email);
  const kept = (): readonly string[] => [...fates].filter(([, fate]) => fate === 'kept').map(([email]) => email);
  const lastOf = (side: Side, email: string, field: SyncField): WorldEdit | undefined => edits.findLast((one) => one.side === side && one.email === email && one.field === field);

  /** What this side shows of the other one's edits: the last, or what it showed when it was edited before. */
  const note = (side: Side, email: string, field: SyncField, value: string, before: string, gapAt?: string): void => {
    const theirs = lastOf(side === 'twenty' ? 'external' : 'twenty', email, field);
    const seen = theirs !== undefined && theirs.value === before ? theirs.n : (lastOf(side, email, field)?.seen ?? -1);
    edits.push({ n: edits.length, side, email, field, value, seen, ...(gapAt === undefined ? {} : { gapAt }) });
  };
  const editTwenty = (email: string, field: SyncField, gapAt?: string): string => {
    const known = person(email);
    if (known === undefined) return `nobody edits ${email}, who is not in Twenty`;
    const value = news(field);
    note('twenty', email, field, value, known[field], gapAt);
    const { firstName, lastName } = known;
    rig.twenty.asUser.update('people', known.id, field === 'title' ? { jobTitle: value } : { name: { firstName, lastName, [field]: value } });
    return `${email}: ${field} is edited to “${value}” in Twenty`;
  };
  const editOutside = async (email: string, field: SyncField): Promise<string> => {
    const value = news(field);
    const column = COLUMNS[field];
    // One statement, so that nothing comes between what the editor saw and what they wrote.
    const [row] = await sync.sql<{ before: string | null }>(
      `with old as (select id, ${column} as before from contacts where email = $1 order by id limit 1 for update)
       update contacts c set ${column} = $2, updated_at = clock_timestamp() from old where c.id = old.id returning old.before`, [email, value]);
    if (row === undefined) return `nobody edits ${email}, who is not outside`;
    note('external', email, field, value, row.before ?? '');
    return `${email}: ${field} is edited to “${value}” outside`;
  };
  const editBeforeOurWrite = (field: SyncField): void => {
    rig.twenty.beforeOperation = (operation, variables) => {
      if (!/^(update|create)(Person|People)$/.test(operation)) return;
      const target = sync.people().find(({ id, email }) => fates.get(email) === 'kept' && JSON.stringify(variables).includes(id));
      if (target === undefined) return;
      rig.twenty.beforeOperation = undefined;
      editTwenty(target.email, field, new Date().toISOString());
      for (const now = Date.now(); Date.now() === now; ); // our write comes a moment later, as it does over a network
    };
  };
  const makeTwenty = (email: string): void => void rig.twenty.asUser.create('people', { emails: { primaryEmail: email }, name: { firstName: 'New', lastName: email.split('@')[0]! } });
  const makeOutside = (email: string) => sync.sql(`insert into contacts (email, first_name, last_name) values ($1, 'New', $2)`, [email, email.split('@')[0]!]);
  /** Of what was never linked nobody can say that it was deleted: the other side's is made anew. */
  const isLinked = async ({ id }: SyncRecord): Promise<boolean> => (await rig.rows(`select 1 from links where twenty_id = $1 and state <> 'ended'`, [id])).length > 0;
  const newcomer = (): string => {
    const email = `c${String(fates.size)}-${name}@acme.example`;
    fates.set(email, 'kept');
    return email;
  };

  const acts: readonly (readonly [weight: number, act: () => string | Promise<string>])[] = [
    [8, () => editTwenty(chance.pick(kept()), chance.pick(syncFields))],
    [8, () => editOutside(chance.pick(kept()), chance.pick(syncFields))],
    [4, async () => {
      const [email, field, other] = [chance.pick(kept()), chance.pick(syncFields), chance.pick(syncFields)];
      const outside = editOutside(email, other);
      return `${editTwenty(email, field)}, and at once ${await outside}`;
    }],
    [5, async () => {
      const [email, field, other] = [chance.pick(kept()), chance.pick(syncFields), chance.pick(syncFields)];
      editBeforeOurWrite(other);
      const outside = await editOutside(email, field);
      await sync.work('changes');
      return `${outside}, which is read at once; when it is written to Twenty, somebody has just edited ${other} there`;
    }],
    [2, () => {
      const field = chance.pick(syncFields);
      editBeforeOurWrite(field);
      return `the next write of ours to Twenty will come just after somebody edited ${field} there`;
    }],
    [2, () => {
      const email = newcomer();
      makeTwenty(email);
      return `${email} is made in Twenty`;
    }],
    [2, async () => {
      const email = newcomer();
      await makeOutside(email);
      return `${email} is made outside`;
    }],
    [1, async () => {
      const email = newcomer();
      makeTwenty(email);
      await makeOutside(email);
      // Nobody knows what either side was before: each maker said something of their own.
      for (const [field, value] of [['firstName', 'New'], ['lastName', email.split('@')[0]!]] as const) for (const side of ['twenty', 'external'] as const) note(side, email, field, value, value);
      return `${email} is made on both sides at once`;
    }],
    [1, async () => {
      const email = chance.pick(kept());
      const known = person(email);
      if (known === undefined || !(await isLinked(known))) return 'nobody is deleted';
      fates.set(email, 'deleted');
      rig.twenty.asUser.softDelete('people', known.id);
      return `${email} is deleted in Twenty`;
    }],
    [1, async () => {
      const email = chance.pick(kept());
      const known = person(email);
      if (known === undefined || !(await isLinked(known))) return 'nobody is deleted';
      if ((await sync.sql('delete from contacts where email = $1 returning id', [email])).length === 0) return 'nobody is deleted';
      fates.set(email, 'deleted');
      return `${email} is deleted outside`;
    }],
    [1, async () => {
      const [loser, winner] = chance.shuffled(kept()).slice(0, 2).map((email) => person(email));
      const rows = loser === undefined ? [] : await sync.sql('select 1 from contacts where email = $1', [loser.email]);
      if (loser === undefined || winner === undefined || rows.length === 0 || !(await isLinked(loser))) return 'nobody is merged';
      fates.set(loser.email, 'merged');
      winners.set(loser.email, winner.email);
      // As Twenty merges: the loser is destroyed first, then the winner takes what it had.
      rig.twenty.asUser.destroy('people', loser.id);
      const emails = rig.twenty.records('people').find(({ id }) => id === winner.id)!['emails'] as { readonly additionalEmails: readonly string[] | null };
      rig.twenty.asUser.update('people', winner.id, { emails: { ...emails, additionalEmails: [...(emails.additionalEmails ?? []), loser.email] } });
      return `${loser.email} is merged into ${winner.email} in Twenty`;
    }],
    [1, async () => {
      const [loser, winner] = chance.shuffled(kept());
      const known = loser === undefined ? undefined : person(loser);
      if (loser === undefined || winner === undefined || known === undefined || !(await isLinked(known))) return 'nobody is merged outside';
      if ((await sync.sql('delete from contacts where email = $1 returning id', [loser])).length === 0) return 'nobody is merged outside';
      // A table does not say where a row went: the customer is gone there, and the winner has changed.
      fates.set(loser, 'deleted');
      return `${loser} is merged into ${winner} outside; ${await editOutside(winner, 'title')}`;
    }],
    [5, async () => {
      await sync.start('changes');
      return 'the clock asks for what changed outside';
    }],
    [1, async () => {
      await sync.start(chance.pick(['complete-read', 'drift']));
      return 'the clock asks for a complete read or a compare';
    }],
    [2, async () => {
      const part = chance.pick([rig.worker, rig.worker, rig.dispatcher, rig.gateway]);
      await part.kill();
      await part.start();
      return `kill -9 of the ${part.name}`;
    }],
    [2, async () => {
      await sync.rest();
      return 'a pause';
    }],
  ];
  const make = async (): Promise<string> => {
    const email = newcomer();
    if (fates.size % 2 === 0) makeTwenty(email);
    else await makeOutside(email);
    return `${email} is a customer`;
  };
  const lots = acts.flatMap(([weight, act]) => Array.from({ length: weight }, () => act));
  return { edits, fates, winners, make, step: async () => chance.pick(lots)() };
}
