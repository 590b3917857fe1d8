interface Subscriber {
  readonly id: number;
  readonly first_name: string | null;
  readonly email_address: string;
  readonly state: string;
  readonly created_at: string;
  readonly fields: Readonly<Record<string, string>>;
}

interface Broadcast {
  readonly id: number;
  readonly send_at: string | null;
}

const TAG = 74;
const FIELDS = [{ id: 103, name: 'ck_field_103_job', key: 'job', label: 'Job' }];

/** Subscribers with their tags and values, and broadcasts. */
export class KitAccount {
  #subscribers = new Map<string, Subscriber>();
  #tagged = new Set<number>();
  #broadcasts: Broadcast[] = [];

  constructor(subscribers: Readonly<Record<string, string>>) {
    for (const [email, state] of Object.entries(subscribers)) this.#keep(email, null, state, {});
  }

  /** An upsert that never changes the state; a text says why the address is refused. */
  subscribe(email: string, firstName: string | null): Subscriber | string {
    if (!/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(email) || email.endsWith('@example.com')) return 'Email address is invalid';
    const found = this.#subscribers.get(email.toLowerCase());
    return this.#keep(email, firstName ?? found?.first_name ?? null, found?.state ?? 'active', found?.fields ?? {});
  }

  tag(tag: number, subscriber: number): Subscriber | string {
    if (tag !== TAG) return 'Tag does not exist';
    const found = this.#byId(subscriber);
    if (found === undefined) return 'Subscriber does not exist';
    this.#tagged.add(subscriber);
    return found;
  }

  fields(): readonly object[] {
    return FIELDS;
  }

  fill(subscriber: number, field: number, value: string): void {
    const [found, key] = [this.#byId(subscriber), FIELDS.find(({ id }) => id === field)?.key];
    if (found !== undefined && key !== undefined) this.#subscribers.set(found.email_address.toLowerCase(), { ...found, fields: { ...found.fields, [key]: value } });
  }

  /** Those who have the tag. */
  tagged(): readonly Subscriber[] {
    return [...this.#subscribers.values()].filter(({ id }) => this.#tagged.has(id));
  }

  broadcasts(): readonly Broadcast[] {
    return this.#broadcasts;
  }

  /** Undefined when it has been sent, or is not there. */
  keepBroadcast(id: number | undefined, content: { readonly send_at: string | null }): Broadcast | undefined {
    if (id === undefined) {
      const made = { id: this.#broadcasts.length + 1, publication_id: this.#broadcasts.length + 1, created_at: '2026-01-05T09:30:00Z', ...content };
      this.#broadcasts.push(made);
      return made;
    }
    const found = this.#broadcasts.find((one) => one.id === id);
    if (found === undefined || found.send_at !== null) return undefined;
    const changed = { ...found, ...content };
    this.#broadcasts = this.#broadcasts.map((one) => (one.id === id ? changed : one));
    return changed;
  }

  saved(): unknown {
    return { subscribers: [...this.#subscribers.values()], tagged: [...this.#tagged], broadcasts: this.#broadcasts };
  }

  load(saved: unknown): void {
    const { subscribers, tagged, broadcasts } = saved as { readonly subscribers: Subscriber[]; readonly tagged: number[]; readonly broadcasts: Broadcast[] };
    this.#subscribers = new Map(subscribers.map((one) => [one.email_address.toLowerCase(), one]));
    this.#tagged = new Set(tagged);
    this.#broadcasts = broadcasts;
  }

  #byId(id: number): Subscriber | undefined {
    return [...this.#subscribers.values()][id - 1];
  }

  #keep(email: string, firstName: string | null, state: string, fields: Subscriber['fields']): Subscriber {
    const key = email.toLowerCase();
    const kept: Subscriber = { id: this.#subscribers.get(key)?.id ?? this.#subscribers.size + 1, first_name: firstName, email_address: email, state, created_at: '2026-01-05T09:30:00Z', fields };
    this.#subscribers.set(key, kept);
    return kept;
  }
}
