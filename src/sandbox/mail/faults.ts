/** What goes wrong: a 500 with nothing sent, no answer and nothing sent, or a mail sent and the connection cut before the answer. */
export type MailFault = 'error' | 'hang' | 'cut';

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
      if ((kind !== 'error' && kind !== 'hang' && kind !== 'cut') || typeof count !== 'number' || !(count >= 0 && count <= 10_000)) return false;
      this.next(kind, count);
      return true;
    } catch {
      return false;
    }
  }
}
