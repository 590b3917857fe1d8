/** What people find runs by in Temporal's Web UI; a server that does not know these attributes would refuse the start. */
export interface SearchAttributes {
  /** May they be sent? Asks the server, and makes them there where that is allowed, until it knows them. */
  usable(): Promise<boolean>;
  /** True when the error is a server's that does not know them: it has lost its data since. They are made again. */
  areRefusedBy(error: unknown): boolean;
}

const ASK_AGAIN_MS = 30_000;

/** `ensure` makes the attributes on the server and answers whether it knows them now. */
export function createSearchAttributes(ensure: () => Promise<boolean>, now: () => number = Date.now): SearchAttributes {
  let known = false;
  let askedAtMs = -Infinity;
  return {
    async usable() {
      if (!known && now() - askedAtMs >= ASK_AGAIN_MS) {
        askedAtMs = now();
        known = await ensure();
      }
      return known;
    },
    areRefusedBy(error) {
      const refused = known && /search attribute/i.test(wordsOf(error));
      if (refused) {
        known = false;
        askedAtMs = -Infinity;
      }
      return refused;
    },
  };
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { details } = error as { details?: unknown };
  return `${error.message} ${typeof details === 'string' ? details : ''} ${wordsOf(error.cause)}`;
}
