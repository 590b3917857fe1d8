/** Requests a second with the headers Resend sends along (IETF `ratelimit-*`, and `retry-after` in seconds when refused). */
export class RateWindow {
  readonly #limit: number;
  readonly #now: () => number;
  #windowStartMs = 0;
  #used = 0;

  constructor(limitPerSecond: number, now: () => number) {
    this.#limit = limitPerSecond;
    this.#now = now;
  }

  take(): { readonly allowed: boolean; readonly headers: Readonly<Record<string, string>> } {
    const now = this.#now();
    if (now - this.#windowStartMs >= 1000) {
      this.#windowStartMs = now;
      this.#used = 0;
    }
    const allowed = this.#used < this.#limit;
    if (allowed) this.#used += 1;
    const headers = { 'ratelimit-limit': String(this.#limit), 'ratelimit-remaining': String(this.#limit - this.#used), 'ratelimit-reset': '1' };
    return { allowed, headers: allowed ? headers : { ...headers, 'retry-after': '1' } };
  }
}
