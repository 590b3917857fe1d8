/** What goes wrong: a 500 with nothing sent, no answer and nothing sent, a mail sent and the connection cut before the answer, or the day's quota used up. */
export type MailFault = (typeof KINDS)[number];

const KINDS = ['error', 'hang', 'cut', 'quota'] as const;

/** Spoils the next calls, in the order in which the faults were put. */
export class Faults {
  readonly #queue: MailFault[] = [];

  next(kind: MailFault, count = 1): void {
    for (let i = 0; i < count; i += 1) this.#queue.push(kind);
  }

  clear(): void {
    this.#queue.length = 0;
  }

  take(): MailFault | undefined {
    return this.#queue.shift();
  }

  /** `{"kind": "cut", "count": 2}`; false when it is something else. */
  fromJson(text: string): boolean {
    try {
      const { kind, count = 1 } = JSON.parse(text) as { kind?: unknown; count?: unknown };
      const known = KINDS.find((one) => one === kind);
      if (known === undefined || typeof count !== 'number' || !(count >= 0 && count <= 10_000)) return false;
      this.next(known, count);
      return true;
    } catch {
      return false;
    }
  }
}
