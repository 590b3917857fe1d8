import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Under Resend's own names. */
export interface Contact {
  readonly id: string;
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly unsubscribed: boolean;
  readonly created_at: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Broadcast {
  readonly id: string;
  readonly name: string | null;
  readonly segment_id: string;
  readonly status: 'draft' | 'queued' | 'sent';
  readonly created_at: string;
  readonly sent_at: string | null;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface ContactImport {
  readonly id: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly created_at: string;
  readonly completed_at: string | null;
  readonly counts: { readonly total: number; readonly created: number; readonly updated: number; readonly skipped: number; readonly failed: number };
  readonly rows: readonly ContactFields[];
  readonly segments: readonly string[];
  readonly updates: boolean;
}

export interface ContactFields {
  readonly email: string;
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
  readonly unsubscribed?: boolean | undefined;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

/** Where everybody begins: a segment and a topic that are there from the start. */
export const SEGMENT = { id: '78261eea-8f8b-4381-83c6-79fa7120f1cf', name: 'Newsletter' };
export const TOPIC = { id: 'b6d24b8e-af0b-4c3c-be0c-359bbd97381e', name: 'News', default_subscription: 'opt_in' };

interface Kept {
  contacts: Contact[];
  segments: { id: string; name: string; members: string[] }[];
  imports: ContactImport[];
  broadcasts: Broadcast[];
}

/** Contacts, segments, imports and broadcasts. Kept in a file when it has a folder. */
export class Audience {
  readonly #file: string | undefined;
  readonly #now: () => number;
  readonly #contacts = new Map<string, Contact>();
  readonly #members = new Map<string, Set<string>>([[SEGMENT.id, new Set()]]);
  readonly #names = new Map<string, string>([[SEGMENT.id, SEGMENT.name]]);
  readonly #imports = new Map<string, ContactImport>();
  readonly #broadcasts = new Map<string, Broadcast>();

  constructor(dataDir: string | undefined, now: () => number) {
    this.#now = now;
    this.#file = dataDir === undefined ? undefined : join(dataDir, 'audience.json');
    if (this.#file !== undefined && existsSync(this.#file)) this.#load(JSON.parse(readFileSync(this.#file, 'utf8')) as Kept);
  }

  contacts(): readonly Contact[] {
    return [...this.#contacts.values()];
  }

  /** By id or address. */
  contact(key: string): Contact | undefined {
    return this.#contacts.get(key.toLowerCase()) ?? this.contacts().find(({ id }) => id === key);
  }

  /** An upsert by address: what is not said stays. */
  keepContact({ email, first_name: first, last_name: last, unsubscribed, properties }: ContactFields): Contact {
    const found = this.#contacts.get(email.toLowerCase());
    const contact: Contact = {
      id: found?.id ?? randomUUID(), email: found?.email ?? email, first_name: first ?? found?.first_name ?? null, last_name: last ?? found?.last_name ?? null,
      unsubscribed: unsubscribed ?? found?.unsubscribed ?? false, created_at: found?.created_at ?? this.instant(), properties: { ...found?.properties, ...properties },
    };
    this.#contacts.set(email.toLowerCase(), contact);
    return contact;
  }

  segments(): readonly { readonly id: string; readonly name: string }[] {
    return [...this.#names].map(([id, name]) => ({ id, name }));
  }

  addSegment(name: string): string {
    const id = randomUUID();
    this.#names.set(id, name);
    this.#members.set(id, new Set());
    return id;
  }

  /** Undefined when there is no such segment. */
  membersOf(segment: string): readonly Contact[] | undefined {
    const members = this.#members.get(segment);
    return members === undefined ? undefined : [...members].map((email) => this.#contacts.get(email)!);
  }

  join(segment: string, email: string): void {
    this.#members.get(segment)?.add(email.toLowerCase());
  }

  import(id: string): ContactImport | undefined {
    return this.#imports.get(id);
  }

  keepImport(one: ContactImport): void {
    this.#imports.set(one.id, one);
  }

  broadcasts(): readonly Broadcast[] {
    return [...this.#broadcasts.values()];
  }

  broadcast(id: string): Broadcast | undefined {
    return this.#broadcasts.get(id);
  }

  keepBroadcast(broadcast: Broadcast): void {
    this.#broadcasts.set(broadcast.id, broadcast);
  }

  instant(): string {
    return new Date(this.#now()).toISOString();
  }

  save(): void {
    if (this.#file === undefined) return;
    const kept: Kept = { contacts: [...this.contacts()], segments: this.segments().map(({ id, name }) => ({ id, name, members: [...(this.#members.get(id) ?? [])] })), imports: [...this.#imports.values()], broadcasts: [...this.broadcasts()] };
    writeFileSync(this.#file, JSON.stringify(kept));
  }

  #load({ contacts, segments, imports, broadcasts }: Kept): void {
    for (const contact of contacts) this.#contacts.set(contact.email.toLowerCase(), contact);
    for (const { id, name, members } of segments) {
      this.#names.set(id, name);
      this.#members.set(id, new Set(members));
    }
    for (const one of imports) this.keepImport(one);
    for (const one of broadcasts) this.keepBroadcast(one);
  }
}
