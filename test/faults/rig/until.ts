import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a fact. What `isTrue` throws counts as not yet, since the servers asked may be down; the last of it is told. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  let problem: unknown;
  for (;;) {
    try {
      problem = undefined;
      if (await isTrue()) return;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${String(withinMs / 1000)} s in vain for ${what}.`, { cause: problem });
    await pause(40);
  }
}
