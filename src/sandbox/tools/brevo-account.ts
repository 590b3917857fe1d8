export interface BrevoContact {
  readonly email: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

interface Kept {
  readonly id: number;
  readonly email: string;
  readonly emailBlacklisted: boolean;
  readonly smsBlacklisted: false;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Import {
  readonly lists: readonly number[];
  readonly contacts: readonly BrevoContact[];
  readonly updates: boolean;
  looks: number;
  invalid: readonly string[];
}

export interface BrevoCampaign {
  readonly id: number;
  readonly name: string;
  readonly status: 'draft' | 'sent';
}

const LIST = 7;

/** Contacts with their lists, imports that take their time, and email campaigns. */
export class BrevoAccount {
  readonly #looks: number;
  #failures: number;
  #contacts = new Map<string, Kept>();
  #members = new Set<string>();
  #imports: Import[] = [];
  #campaigns: BrevoCampaign[] = [];

  constructor(blocklisted: readonly string[], looks: number, failures: number) {
    this.#looks = looks;
    this.#failures = failures;
    for (const email of blocklisted) this.#keep(email, {}, true);
  }

  has(list: number): boolean {
    return list === LIST;
  }

  take(lists: readonly number[], contacts: readonly BrevoContact[], updates: boolean): number {
    return this.#imports.push({ lists, contacts, updates, looks: 0, invalid: [] });
  }

  /** Undefined when there is no such import. The last look finds it done. */
  look(id: number): 'queued' | 'in_process' | 'completed' | 'failed' | undefined {
    const found = this.#imports[id - 1];
    if (found === undefined) return undefined;
    found.looks += 1;
    if (found.looks <= this.#looks) return found.looks === 1 ? 'queued' : 'in_process';
    if (this.#failures > 0) {
      this.#failures -= 1;
      return 'failed';
    }
    const invalid = found.contacts.filter(({ email }) => !/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(email) || email.endsWith('@example.com'));
    found.invalid = invalid.map(({ email }) => email);
    for (const { email, attributes = {} } of found.contacts) {
      if (found.invalid.includes(email)) continue;
      const before = this.#contacts.get(email.toLowerCase());
      if (before === undefined || found.updates) this.#keep(email, { ...before?.attributes, ...attributes }, before?.emailBlacklisted ?? false);
      this.#members.add(email.toLowerCase());
    }
    return 'completed';
  }

  invalidOf(id: number): readonly string[] {
    return this.#imports[id - 1]?.invalid ?? [];
  }

  membersOf(_list: number): readonly Kept[] {
    return [...this.#members].map((email) => this.#contacts.get(email)!);
  }

  draft(campaign: object & { readonly name: string }): number {
    const id = this.#campaigns.length + 1;
    this.#campaigns.push({ id, status: 'draft', ...campaign });
    return id;
  }

  campaigns(): readonly BrevoCampaign[] {
    return this.#campaigns;
  }

  send(id: number): 'sent' | 'gone' | 'before' {
    const found = this.#campaigns.find((campaign) => campaign.id === id);
    if (found === undefined) return 'gone';
    if (found.status === 'sent') return 'before';
    this.#campaigns = this.#campaigns.map((campaign) => (campaign === found ? { ...found, status: 'sent' } : campaign));
    return 'sent';
  }

  saved(): unknown {
    return { contacts: [...this.#contacts.values()], members: [...this.#members], imports: this.#imports, campaigns: this.#campaigns };
  }

  load(saved: unknown): void {
    const { contacts, members, imports, campaigns } = saved as { readonly contacts: Kept[]; readonly members: string[]; readonly imports: Import[]; readonly campaigns: BrevoCampaign[] };
    this.#contacts = new Map(contacts.map((contact) => [contact.email.toLowerCase(), contact]));
    this.#members = new Set(members);
    this.#imports = imports;
    this.#campaigns = campaigns;
  }

  #keep(email: string, attributes: Readonly<Record<string, unknown>>, emailBlacklisted: boolean): void {
    const key = email.toLowerCase();
    this.#contacts.set(key, { id: this.#contacts.get(key)?.id ?? this.#contacts.size + 1, email, emailBlacklisted, smsBlacklisted: false, attributes });
  }
}
