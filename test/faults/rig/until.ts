import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  readonly withinMs?: number;
  /** Words that say why waiting is in vain. */
  readonly giveUp?: () => string | undefined;
}

/** For a machine that has much else to do; on a quiet one no fact takes half a minute. */
const PATIENCE_MS = 180_000;

/** Waits for a fact. What `isTrue` throws counts as not yet, since the servers it asks may be down; the last of it is told. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, { withinMs = PATIENCE_MS, giveUp }: Patience = {}): Promise<void> {
  const deadline = Date.now() + withinMs;
  let problem: unknown;
  for (;;) {
    try {
      problem = undefined;
      if (await isTrue()) return;
    } catch (error) {
      problem = error;
    }
    const inVain = giveUp?.() ?? (Date.now() > deadline ? `It did not come within ${String(withinMs / 1000)} s.` : undefined);
    if (inVain !== undefined) throw new Error(`Waited in vain for ${what}. ${inVain}`, { cause: problem });
    await pause(40);
  }
}
