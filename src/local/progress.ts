export type Say = (line: string) => void;

/** Says nothing about work that is quick; after two seconds says what is going on, then that it still is, every ten. */
export async function withProgress<T>(what: string, say: Say, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  let timer = setTimeout(function again() {
    const elapsed = Math.round((Date.now() - startedAt) / 1000);
    say(`${what} ... ${elapsed} s`);
    timer = setTimeout(again, 10_000);
  }, 2_000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}
