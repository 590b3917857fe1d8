import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SendRequest } from './contract.ts';

/** A mail as it was accepted, under Resend's own names. */
export interface Mail extends SendRequest {
  readonly id: string;
  /** ISO 8601 instant. */
  readonly created_at: string;
  readonly idempotency_key?: string;
}

interface Entry {
  readonly mail: Mail;
  readonly fingerprint: string;
}

const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** What was sent, and which idempotency keys were used within the last day. Kept in a file when it has a folder. */
export class Mailbox {
  readonly #entries: Entry[] = [];
  readonly #byKey = new Map<string, Entry>();
  readonly #file: string | undefined;
  readonly #now: () => number;

  constructor(dataDir: string | undefined, now: () => number) {
    this.#now = now;
    if (dataDir === undefined) return;
    mkdirSync(dataDir, { recursive: true });
    this.#file = join(dataDir, 'mails.jsonl');
    if (!existsSync(this.#file)) return;
    for (const line of readFileSync(this.#file, 'utf8').split('\n')) {
      const entry = parse(line);
      if (entry !== undefined) this.#keep(entry);
    }
  }

  all(): readonly Mail[] {
    return this.#entries.map((entry) => entry.mail);
  }

  find(id: string): Mail | undefined {
    return this.#entries.find((entry) => entry.mail.id === id)?.mail;
  }

  byKey(idempotencyKey: string): { readonly id: string; readonly fingerprint: string } | undefined {
    const entry = this.#byKey.get(idempotencyKey);
    if (entry === undefined || Date.parse(entry.mail.created_at) < this.#now() - KEY_LIFETIME_MS) return undefined;
    return { id: entry.mail.id, fingerprint: entry.fingerprint };
  }

  add(request: SendRequest, fingerprint: string, idempotencyKey: string | undefined): Mail {
    const mail: Mail = { id: randomUUID(), created_at: new Date(this.#now()).toISOString(), ...request, ...(idempotencyKey === undefined ? {} : { idempotency_key: idempotencyKey }) };
    const entry = { mail, fingerprint };
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
    this.#keep(entry);
    return mail;
  }

  #keep(entry: Entry): void {
    this.#entries.push(entry);
    if (entry.mail.idempotency_key !== undefined) this.#byKey.set(entry.mail.idempotency_key, entry);
  }
}

/** A line cut short by a crash is no mail. */
function parse(line: string): Entry | undefined {
  try {
    return line === '' ? undefined : (JSON.parse(line) as Entry);
  } catch {
    return undefined;
  }
}
