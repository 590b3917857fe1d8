import providers from 'email-providers/all.json' with { type: 'json' };
import { workflowAuthor } from './author.ts';
import type { RecordEvent } from './event.ts';
import type { ObjectModel } from './model.ts';
import { Operations } from './operations.ts';
import type { StoredRecord } from './record.ts';
import { Refusal } from './refusal.ts';
import type { Workspace } from './workspace.ts';

/**
 * The workflow that every new workspace has: "Create company when adding a new person". It runs a while after a person is
 * created or its e-mails change, unless the person came from e-mail or calendar; finds or creates the company of the
 * address's domain, not for personal mail, and links the person to it, whatever link is there.
 */
export class StandardWorkflow {
  readonly #workspace: Workspace;
  readonly #delayMs: number;
  readonly #emit: (events: readonly RecordEvent[]) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #whenDone: (() => void)[] = [];

  constructor(workspace: Workspace, delayMs: number, emit: (events: readonly RecordEvent[]) => void) {
    this.#workspace = workspace;
    this.#delayMs = delayMs;
    this.#emit = emit;
  }

  hear(events: readonly RecordEvent[]): void {
    for (const event of events) {
      if (!triggers(event)) continue;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#run(event.record);
        if (this.#timers.size === 0) this.#whenDone.splice(0).forEach((resolve) => resolve());
      }, this.#delayMs);
      this.#timers.add(timer);
    }
  }

  /** Resolves when no run is due any more. */
  async idle(): Promise<void> {
    if (this.#timers.size > 0) await new Promise<void>((resolve) => this.#whenDone.push(resolve));
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#whenDone.splice(0).forEach((resolve) => resolve());
  }

  /** Reads the address from the event, not from the record as it is now. A step that is refused ends the run without a word. */
  #run(person: StoredRecord): void {
    const email = (person.emails as { primaryEmail: string | null } | null)?.primaryEmail ?? '';
    const domain = email.slice(email.lastIndexOf('@') + 1);
    if (domain === '' || personalDomains.has(domain)) return;
    const operations = new Operations(this.#workspace, workflowAuthor, 200);
    try {
      const company = this.#companyOf(domain) ?? operations.create(this.#object('company'), [
        { name: domain, domainName: { primaryLinkUrl: `https://${domain}`, primaryLinkLabel: domain } },
      ], false)[0];
      operations.update(this.#object('person'), person.id, { companyId: company?.id });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    this.#emit(operations.events);
  }

  /** The live company whose web address has this host, with or without scheme and `www.`. */
  #companyOf(domain: string): StoredRecord | undefined {
    for (const company of this.#workspace.table('company').all()) {
      const url = (company.domainName as { primaryLinkUrl: string | null } | null)?.primaryLinkUrl;
      if (company.deletedAt === null && typeof url === 'string' && hostOf(url) === domain) return company;
    }
    return undefined;
  }

  #object(nameSingular: string): ObjectModel {
    return this.#workspace.object(nameSingular) as ObjectModel;
  }
}

function triggers({ action, object, record, updatedFields }: RecordEvent): boolean {
  if (object.nameSingular !== 'person') return false;
  if (action !== 'created' && !(action === 'updated' && updatedFields?.includes('emails') === true)) return false;
  const { source } = record.createdBy as { source: string };
  return source !== 'EMAIL' && source !== 'CALENDAR';
}

function hostOf(url: string): string {
  return url.toLowerCase().replace(/^[a-z]+:\/\//, '').replace(/^www\./, '').replace(/[/?#:].*$/, '');
}

const personalDomains = new Set(providers as readonly string[]);
