import { expect } from 'vitest';
import type { Asked } from './http-gate.ts';
import { findSyncFaults } from './sync-checker.ts';
import type { SyncRig } from './sync.ts';

/** Something of the worker's that stands still. */
interface Hold {
  reached(): Promise<void>;
  /** The worker is dead: what of it stood on the way is lost. */
  lost(): Promise<void>;
}

type Standing = (sync: SyncRig) => Promise<Hold>;

/** What people do that leads there, and what they go on to do while the worker is dead. */
interface Act {
  before?(sync: SyncRig, email: string): Promise<void>;
  begin(sync: SyncRig, email: string): Promise<void>;
  meanwhile(sync: SyncRig, email: string): Promise<void>;
}

export type Moment = readonly [name: string, act: keyof typeof acts, standing: Standing];

const inStep = async (sync: SyncRig, email: string): Promise<void> => {
  sync.inTwenty(email, { firstName: 'Ann', lastName: 'Lee', title: 'Buyer' });
  await sync.rest();
};

const acts = {
  'edited in Twenty': {
    before: inStep,
    begin: async (sync, email) => sync.inTwenty(email, { title: 'Founder' }),
    meanwhile: (sync, email) => sync.outside(email, { lastName: 'Grey' }),
  },
  'edited outside': {
    before: inStep,
    async begin(sync, email) {
      await sync.outside(email, { title: 'Founder' });
      await sync.start('changes');
    },
    meanwhile: async (sync, email) => sync.inTwenty(email, { lastName: 'Grey' }),
  },
  'edited on both sides': {
    before: inStep,
    async begin(sync, email) {
      await sync.outside(email, { title: 'Director' });
      sync.inTwenty(email, { title: 'Founder' });
    },
    meanwhile: (sync, email) => sync.outside(email, { lastName: 'Grey' }),
  },
  'made in Twenty': {
    begin: async (sync, email) => sync.inTwenty(email, { firstName: 'Bo', title: 'Buyer' }),
    meanwhile: async (sync, email) => sync.inTwenty(email, { title: 'Founder' }),
  },
  'made outside': {
    async begin(sync, email) {
      await sync.outside(email, { firstName: 'Bo', title: 'Buyer' });
      await sync.start('changes');
    },
    meanwhile: (sync, email) => sync.outside(email, { title: 'Founder' }),
  },
} as const satisfies Record<string, Act>;

/** A call of Twenty: it has not arrived, or it has been carried out and its answer is kept back. */
const call = (at: 'request' | 'answer', match: (asked: Asked) => boolean): Standing => async ({ rig }) => {
  const held = rig.twentyGate.hold(at, match);
  return { reached: () => rig.until('a held call', () => held.isStanding), lost: async () => held.cut() };
};

/** A statement of Sluice's own, just before its commit. */
const noted = (place: string): Standing => async ({ rig: { databaseGate } }) => {
  await databaseGate.shut(place);
  return {
    reached: () => databaseGate.reached(place),
    async lost() {
      await databaseGate.cut();
      await databaseGate.open();
    },
  };
};

/** Whatever is said next on the way to the table, or back from it. */
const said = (direction: 'up' | 'down'): Standing => async ({ rig, wire }) => {
  wire.shut(direction);
  return {
    reached: () => rig.until('something on the wire', () => wire.isStanding),
    async lost() {
      wire.cut();
      wire.open();
    },
  };
};

/** A row that is about to be written. */
const row: Standing = async ({ rowGate }) => {
  await rowGate.shut('row');
  return {
    reached: () => rowGate.reached('row'),
    async lost() {
      await rowGate.cut();
      await rowGate.open();
    },
  };
};

/** A row that has been written, and nobody has heard it. */
const rowAnswer: Standing = async (sync) => {
  const { rig, rowGate, wire } = sync;
  await rowGate.shut('row');
  return {
    async reached() {
      await rowGate.reached('row');
      wire.shut('down');
      await rowGate.open();
      await rig.until('the answer about the row', () => wire.isStanding);
    },
    async lost() {
      wire.cut();
      wire.open();
    },
  };
};

const READ = ({ body }: Asked): boolean => body.includes('{people(');
const UPDATE = ({ body }: Asked): boolean => body.includes('{updatePerson(');

export const moments: readonly Moment[] = [
  ['Twenty has not been asked', 'edited in Twenty', call('request', READ)],
  ['what Twenty answered has not been heard', 'edited outside', call('answer', READ)],
  ['the other side has not been asked', 'edited in Twenty', said('up')],
  ['what the other side answered has not been heard', 'edited in Twenty', said('down')],
  ['its write is about to be noted', 'edited in Twenty', noted('effect attempting contacts-sync sync external')],
  ['its row is about to be written', 'edited in Twenty', row],
  ['its row is written and nobody has heard it', 'edited in Twenty', rowAnswer],
  ['its change has not arrived in Twenty', 'edited outside', call('request', UPDATE)],
  ['its change is made in Twenty and nobody has heard it', 'edited outside', call('answer', UPDATE)],
  ['what both sides hold is about to be kept', 'edited in Twenty', noted('base contacts-sync')],
  ['what both sides hold is kept and its end is not', 'edited in Twenty', noted('delivery succeeded contacts-sync')],
  ['its new row is made and nobody has heard it', 'made in Twenty', rowAnswer],
  ['its new person is made and nobody has heard it', 'made outside', call('answer', ({ body }) => body.includes('{createPeople('))],
  ['the task that asks is made and nobody has heard it', 'edited on both sides', call('answer', ({ body }) => body.includes('{createTasks('))],
];

/** Kills the worker at this moment, lets people go on, and starts it again: the checker finds no fault. */
export async function dieAt(sync: SyncRig, [name, act, standing]: Moment): Promise<void> {
  const email = `${name.replace(/\W+/g, '-').toLowerCase()}@acme.example`;
  const { before, begin, meanwhile }: Act = acts[act];
  await before?.(sync, email);
  await sync.calm();
  const hold = await standing(sync);
  await begin(sync, email);
  await hold.reached();
  await sync.rig.worker.kill();
  await hold.lost();
  await meanwhile(sync, email);
  await sync.rig.worker.start();
  expect(await findSyncFaults(sync)).toEqual([]);
}
