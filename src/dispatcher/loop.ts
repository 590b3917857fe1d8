/** Runs `round` again and again, one at a time: after the time it answers, or at once when woken. */
export function createLoop(round: () => Promise<number>, onError: (error: unknown) => void): { readonly closed: boolean; wake: () => void; close(): Promise<void> } {
  let closed = false;
  let woken = false;
  let resume: () => void = () => undefined;

  const wake = (): void => {
    woken = true;
    resume();
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (woken || closed) return resolve();
      const timer = setTimeout(resolve, ms);
      resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const running = (async () => {
    await Promise.resolve(); // the caller holds the loop before its first round
    while (!closed) {
      woken = false;
      const waitMs = await round().catch((error: unknown) => {
        onError(error);
        return 1_000;
      });
      await pause(waitMs);
    }
  })();

  return {
    get closed() {
      return closed;
    },
    wake,
    async close() {
      closed = true;
      resume();
      await running;
    },
  };
}
