import type { Accepted, NewEvent } from '../domain/event.ts';
import { Refusal } from './errors.ts';
import { isTransient } from './sql-state.ts';

export interface GroupCommitOptions {
  accept(events: readonly NewEvent[]): Promise<readonly Accepted[]>;
  isDatabaseAway(error: unknown): boolean;
  /** Called with the size of each shared commit. */
  observeGroup?(size: number): void;
  readonly maxGroupSize?: number;
  readonly maxInFlight?: number;
  /** Bodies held while they wait, in bytes; above it senders are told to come back. */
  readonly maxHeldBytes?: number;
  /** A commit open longer than this is given up on: its senders, and those behind it, are told to come back. */
  readonly commitTimeoutMs?: number;
}

/**
 * Beyond this a row costs hardly less, and with everybody in one large commit the database and we would take turns instead of
 * working at the same time.
 */
const MAX_GROUP_SIZE = 64;

/** What a commit that carries large bodies may take beside its time, in bytes a millisecond: half a second for a megabyte. */
const SLOW_BYTES_PER_MS = 2_000;

/** A commit open longer than this no longer holds back the next one. */
const PATIENCE_MS = 20;

/**
 * Lets concurrent requests share a commit: what arrives while the open commits are busy goes into the next one together.
 * Nothing waits for company, except that a second commit beside an open one waits until it is as large, or the open one takes
 * long: many small commits cost more than they bring. An event whose source and dedupe key is already under way is not sent
 * again; it is answered as a repeat of the first. A commit that fails is tried row by row, so that a bad row fails alone.
 */
export function createGroupCommit(options: GroupCommitOptions): (event: NewEvent) => Promise<Accepted> {
  const { accept, isDatabaseAway, observeGroup, maxGroupSize = MAX_GROUP_SIZE, maxInFlight = 2 } = options;
  const { maxHeldBytes = 64 * 1024 * 1024, commitTimeoutMs = 10_000 } = options;
  const underWay = new Map<string, Entry>();
  let queue: Entry[] = [];
  let heldBytes = 0;
  let inFlight = 0;
  /** Events in open commits that have not taken long yet. */
  let committing = 0;
  let stalled = 0;
  let scheduled = false;

  return (event) =>
    new Promise((resolve, reject) => {
      if (stalled >= maxInFlight) return reject(new Refusal('database_away'));
      if (heldBytes + event.body.byteLength > maxHeldBytes) return reject(new Refusal('overloaded'));
      enqueue({ event, key: `${event.source}\0${event.dedupe.key}`, resolve, reject, followers: [], open: true });
    });

  function enqueue(entry: Entry): void {
    heldBytes += entry.event.body.byteLength;
    const first = underWay.get(entry.key);
    if (first !== undefined) {
      first.followers.push(entry);
      return;
    }
    underWay.set(entry.key, entry);
    queue.push(entry);
    schedule();
  }

  /** After the requests that have already arrived in this turn of the event loop, so that they go together. */
  function schedule(): void {
    if (scheduled || !mayCommit()) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      while (mayCommit()) void commit(queue.splice(0, maxGroupSize));
    });
  }

  function mayCommit(): boolean {
    return inFlight < maxInFlight && queue.length > 0 && queue.length >= Math.min(committing, maxGroupSize);
  }

  async function commit(group: readonly Entry[]): Promise<void> {
    inFlight += 1;
    committing += group.length;
    observeGroup?.(group.length);
    let slow = false;
    const patience = setTimeout(() => {
      slow = true;
      committing -= group.length;
      schedule();
    }, PATIENCE_MS);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stalled += 1;
      const behind = stalled >= maxInFlight ? queue : [];
      if (behind.length > 0) queue = [];
      for (const entry of [...group, ...behind]) fail(entry, new Refusal('database_away'));
    }, commitTimeoutMs + group.reduce((sum, { event }) => sum + event.body.byteLength, 0) / SLOW_BYTES_PER_MS);
    try {
      await store(group);
    } finally {
      clearTimeout(timer);
      clearTimeout(patience);
      if (!slow) committing -= group.length;
      if (late) stalled -= 1;
      inFlight -= 1;
      schedule();
    }
  }

  async function store(group: readonly Entry[]): Promise<void> {
    try {
      const answers = await accept(group.map((entry) => entry.event));
      group.forEach((entry, index) => settle(entry, answers[index]));
    } catch (error) {
      if (isDatabaseAway(error) || (group.length === 1 && !isTransient(error))) {
        for (const entry of group) fail(entry, error);
      } else {
        await storeOneByOne(group);
      }
    }
  }

  async function storeOneByOne(group: readonly Entry[]): Promise<void> {
    let away: { readonly error: unknown } | undefined;
    for (const entry of group) {
      if (!entry.open) continue;
      if (away !== undefined) {
        fail(entry, away.error);
        continue;
      }
      try {
        settle(entry, (await accept([entry.event]))[0]);
      } catch (error) {
        if (isDatabaseAway(error)) away = { error };
        fail(entry, error);
      }
    }
  }

  function settle(entry: Entry, accepted: Accepted | undefined): void {
    if (!entry.open) return;
    if (accepted === undefined) throw new Error('The inbox answered fewer events than it was given.');
    close(entry);
    entry.resolve(accepted);
    for (const follower of entry.followers) {
      close(follower);
      follower.resolve({ eventId: accepted.eventId, repeat: true });
    }
  }

  /** A follower carries the same key, but perhaps other contents: unless nothing can be stored at all, it gets its own try. */
  function fail(entry: Entry, error: unknown): void {
    if (!entry.open) return;
    close(entry);
    entry.reject(error);
    const hopeless = error instanceof Refusal || isDatabaseAway(error);
    for (const follower of entry.followers) {
      close(follower);
      if (hopeless) follower.reject(error);
      else enqueue({ ...follower, open: true });
    }
  }

  function close(entry: Entry): void {
    entry.open = false;
    heldBytes -= entry.event.body.byteLength;
    if (underWay.get(entry.key) === entry) underWay.delete(entry.key);
  }
}

interface Entry {
  readonly event: NewEvent;
  readonly key: string;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
  /** Requests with the same source and dedupe key that arrived while this one was under way. */
  readonly followers: Entry[];
  /** False once it is answered. */
  open: boolean;
}
