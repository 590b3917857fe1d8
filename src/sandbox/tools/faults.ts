/**
 * What goes wrong with a call: `error`, a 500 with nothing done; `hang`, no answer and nothing done; `cut`, done and the connection cut before
 * the answer; `rate`, refused for the rate; `unauthorized`, the key refused; `malformed`, done, and an answer that is no JSON.
 */
export type ToolFault = (typeof KINDS)[number];

const KINDS = ['error', 'hang', 'cut', 'rate', 'unauthorized', 'malformed'] as const;

/** Spoils the next calls of a tool, in the order in which the faults were put; of a part of its paths when one is given. */
export class ToolFaults {
  readonly #queue: { readonly tool: string; readonly kind: ToolFault; readonly path: RegExp | undefined }[] = [];

  next(tool: string, kind: ToolFault, { count = 1, path }: { readonly count?: number; readonly path?: RegExp } = {}): void {
    for (let i = 0; i < count; i += 1) this.#queue.push({ tool, kind, path });
  }

  clear(): void {
    this.#queue.length = 0;
  }

  take(tool: string, path: string): ToolFault | undefined {
    const index = this.#queue.findIndex((fault) => fault.tool === tool && (fault.path?.test(path) ?? true));
    return index === -1 ? undefined : this.#queue.splice(index, 1)[0]!.kind;
  }

  /** `{"tool": "hunter", "kind": "cut", "count": 2, "path": "/people"}`; false when it is something else. */
  fromJson(text: string): boolean {
    try {
      const { tool, kind, count = 1, path } = JSON.parse(text) as { tool?: unknown; kind?: unknown; count?: unknown; path?: unknown };
      const known = KINDS.find((one) => one === kind);
      if (typeof tool !== 'string' || known === undefined || typeof count !== 'number' || !(count >= 0 && count <= 10_000)) return false;
      this.next(tool, known, { count, ...(typeof path === 'string' ? { path: new RegExp(path) } : {}) });
      return true;
    } catch {
      return false;
    }
  }
}
