/** What happens to a call instead of, or after, being served. */
export type FaultEffect =
  /** The connection is cut without an answer. */
  | { readonly kind: 'cut' }
  /** No answer ever comes; the connection stays open. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  /** A 200 whose body is no JSON. */
  | { readonly kind: 'malformed' }
  /** Served as usual, but only after a while. */
  | { readonly kind: 'delay'; readonly delayMs: number };

export interface Fault {
  readonly effect: FaultEffect;
  /** How many calls it spoils; default 1. */
  readonly times?: number;
  /** Root field (`createPeople`), or method and path (`PATCH /rest/people`), as the ledger names it; any call when absent. */
  readonly operation?: string;
  /** `after` lets the call be carried out first, so that only its answer is lost. Default `before`. */
  readonly when?: 'before' | 'after';
}

/** Records that are refused when written, all of their batch with them. */
export interface RecordRefusal {
  /** Singular name of the object. */
  readonly object: string;
  /** Path of a value in the data as sent, `emails.primaryEmail`. */
  readonly path: string;
  readonly equals?: unknown;
  readonly contains?: string;
  readonly message: string;
}

/** Called with what is about to be written; a text refuses it with that message. */
export type RefusalRule = (objectNameSingular: string, data: Readonly<Record<string, unknown>>) => string | undefined;

/** Faults are injected here, each bounded, and taken one per call in the order they were added. */
export class Faults {
  #pending: { readonly fault: Fault; left: number }[] = [];
  #rules: RefusalRule[] = [];
  /** A revoked key is refused with 403 until this is false again. */
  keyRevoked = false;

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  refuse(rule: RecordRefusal | RefusalRule): void {
    this.#rules.push(typeof rule === 'function' ? rule : ruleOf(rule));
  }

  clear(): void {
    this.#pending = [];
    this.#rules = [];
    this.keyRevoked = false;
  }

  /** Calls still to be spoiled. */
  get left(): number {
    return this.#pending.reduce((sum, { left }) => sum + left, 0);
  }

  take(operation: string): Fault | undefined {
    const found = this.#pending.find(({ fault, left }) => left > 0 && (fault.operation === undefined || fault.operation === operation));
    if (found === undefined) return undefined;
    found.left -= 1;
    this.#pending = this.#pending.filter(({ left }) => left > 0);
    return found.fault;
  }

  refusalOf(objectNameSingular: string, data: unknown): string | undefined {
    for (const rule of this.#rules) {
      const message = rule(objectNameSingular, data as Record<string, unknown>);
      if (message !== undefined) return message;
    }
    return undefined;
  }
}

/** Thrown through the layers to the connection. */
export class Sabotage extends Error {
  readonly effect: FaultEffect;

  constructor(effect: FaultEffect) {
    super(`The sandbox was told to answer with a fault: ${effect.kind}.`);
    this.name = 'Sabotage';
    this.effect = effect;
  }
}

function ruleOf({ object, path, equals, contains, message }: RecordRefusal): RefusalRule {
  return (nameSingular, data) => {
    if (nameSingular !== object) return undefined;
    const value = path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | null | undefined)?.[name], data);
    const hit = contains === undefined ? value === equals : typeof value === 'string' && value.includes(contains);
    return hit ? message : undefined;
  };
}
