import { createHmac, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { randomFrom } from './weather.ts';
import type { Weather } from './weather.ts';
import type { Webhook } from './webhooks.ts';
import { without } from './without.ts';

/** One event for one webhook. The body is made when it is sent. */
export interface WebhookPost {
  readonly webhook: Webhook;
  readonly eventName: string;
  readonly recordId: string;
  readonly body: () => string;
}

/** One attempt; there is never a second. */
export interface Delivery {
  readonly at: string;
  readonly webhookId: string;
  readonly eventName: string;
  readonly recordId: string;
  /** What the target answered, or why it did not. */
  readonly outcome: number | string;
}

const groupSize = 20;

/** Sends posts in groups of twenty at once, one group after another, whatever webhook they are for: a slow target delays everybody. */
export class WebhookQueue {
  readonly deliveries: Delivery[] = [];
  readonly #timeoutMs: number;
  readonly #now: () => number;
  readonly #stop = new AbortController();
  #tail: Promise<void> = Promise.resolve();
  /** Posts that the weather holds up. */
  readonly #late = new Set<Promise<void>>();
  #weather: (Weather & { readonly random: () => number }) | undefined;

  constructor(timeoutMs: number, now: () => number) {
    this.#timeoutMs = timeoutMs;
    this.#now = now;
  }

  /** Posts that are added from now on are lost or held up as the weather says; undefined is fair. */
  disturb(weather: Weather | undefined): void {
    this.#weather = weather && { ...weather, random: randomFrom(weather.seed) };
  }

  add(posts: readonly WebhookPost[]): void {
    if (this.#weather !== undefined) {
      for (const post of posts) this.#abandon(post, this.#weather);
      return;
    }
    for (let at = 0; at < posts.length; at += groupSize) {
      const group = posts.slice(at, at + groupSize);
      this.#tail = this.#tail.then(async () => {
        if (!this.#stop.signal.aborted) await Promise.all(group.map((post) => this.#send(post)));
      });
    }
  }

  async idle(): Promise<void> {
    const seen = this.#tail;
    await Promise.all([seen, ...this.#late]);
    if (seen !== this.#tail || this.#late.size > 0) await this.idle();
  }

  #abandon(post: WebhookPost, weather: Weather & { readonly random: () => number }): void {
    const { lost, twice = 0, delayMs, random } = weather;
    const [fate, wait] = [random(), random() * delayMs];
    if (fate < lost) {
      this.deliveries.push({ at: new Date(this.#now()).toISOString(), webhookId: post.webhook.id, eventName: post.eventName, recordId: post.recordId, outcome: 'lost on the way' });
      return;
    }
    this.#sendLate(post, wait);
    if (twice > 0 && random() < twice) this.#sendLate(post, random() * delayMs);
  }

  #sendLate(post: WebhookPost, waitMs: number): void {
    const sent: Promise<void> = pause(waitMs, undefined, { signal: this.#stop.signal }).then(() => this.#send(post)).catch(() => undefined).finally(() => this.#late.delete(sent));
    this.#late.add(sent);
  }

  close(): void {
    this.#stop.abort();
  }

  async #send(post: WebhookPost): Promise<void> {
    const body = post.body();
    const timestamp = String(this.#now());
    const headers = {
      Accept: 'application/json, text/plain, */*',
      'Content-Type': 'application/json',
      'X-Twenty-Webhook-Timestamp': timestamp,
      'X-Twenty-Webhook-Signature': createHmac('sha256', post.webhook.secret).update(`${timestamp}:${body}`).digest('hex'),
      'X-Twenty-Webhook-Nonce': randomBytes(16).toString('hex'),
      'User-Agent': 'axios/1.17.0',
      'Content-Length': String(Buffer.byteLength(body)),
      'Accept-Encoding': 'gzip, compress, deflate, br',
    };
    const outcome = await this.#post(post.webhook.targetUrl, headers, body).catch((error: unknown) => this.#reasonOf(error));
    this.deliveries.push({ at: new Date(this.#now()).toISOString(), webhookId: post.webhook.id, eventName: post.eventName, recordId: post.recordId, outcome });
  }

  #reasonOf(error: unknown): string {
    if (!(error instanceof Error)) return String(error);
    return error.name === 'AbortError' ? `timeout of ${this.#timeoutMs}ms exceeded` : error.message;
  }

  /** The status; a redirect is followed as a GET without body, five times at most. */
  async #post(url: string, headers: Record<string, string>, body: string | undefined, hops = 5): Promise<number> {
    const answer = await this.#exchange(url, headers, body);
    const { location } = answer.headers;
    const status = answer.statusCode ?? 0;
    if (status < 300 || status >= 400 || location === undefined || hops === 0) return status;
    return await this.#post(new URL(location, url).href, without(headers, 'Content-Length', 'Content-Type'), undefined, hops - 1);
  }

  #exchange(url: string, headers: Record<string, string>, body: string | undefined): Promise<IncomingMessage> {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#timeoutMs)]);
      const request = send(url, { method: body === undefined ? 'GET' : 'POST', headers, signal }, (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer));
        answer.once('error', reject);
      });
      request.once('error', reject);
      request.end(body);
    });
  }
}
