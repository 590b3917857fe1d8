export interface BucketOptions {
  readonly capacity: number;
  /** Milliseconds that earn one token. */
  readonly refillMs: number;
  readonly startFull?: boolean;
}

/**
 * Twenty's own token bucket: a served call first adds floor(ms since the last served call / refillMs), capped, and resets
 * that clock; a refused call does neither. So calls closer together than `refillMs` earn nothing.
 */
export class Bucket {
  readonly capacity: number;
  readonly periodMs: number;
  readonly #refillMs: number;
  #tokens: number;
  #servedAtMs: number;

  constructor(options: BucketOptions, nowMs: number) {
    this.capacity = options.capacity;
    this.periodMs = options.capacity * options.refillMs;
    this.#refillMs = options.refillMs;
    this.#tokens = options.startFull === false ? 0 : options.capacity;
    this.#servedAtMs = nowMs;
  }

  /** Tokens a call would find now. */
  available(nowMs: number): number {
    return Math.min(this.capacity, this.#tokens + Math.max(0, Math.floor((nowMs - this.#servedAtMs) / this.#refillMs)));
  }

  take(nowMs: number): boolean {
    const tokens = this.available(nowMs);
    if (tokens < 1) return false;
    this.#tokens = tokens - 1;
    this.#servedAtMs = nowMs;
    return true;
  }

  /** Leaves `tokens` in it, as if the last call had just been served. */
  set(tokens: number, nowMs: number): void {
    this.#tokens = Math.min(this.capacity, tokens);
    this.#servedAtMs = nowMs;
  }
}
