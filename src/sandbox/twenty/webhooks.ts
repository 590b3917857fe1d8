import { randomBytes, randomUUID } from 'node:crypto';
import { customApplicationId } from './applications.ts';
import type { RecordEvent } from './event.ts';
import { Refusal } from './refusal.ts';
import { isTwentyUuid } from './uuid.ts';
import type { Weather } from './weather.ts';
import { metadataBody, recordBody } from './webhook-body.ts';
import type { MetadataEvent } from './webhook-body.ts';
import { WebhookQueue } from './webhook-queue.ts';
import type { Delivery, WebhookPost } from './webhook-queue.ts';
import type { Workspace } from './workspace.ts';

export interface Webhook {
  readonly id: string;
  readonly targetUrl: string;
  /** `person.created`, `person.*`, `*.created`, `*.*`, `metadata.*.*`; a typo is accepted and never fires. */
  readonly operations: readonly string[];
  readonly description: string | null;
  readonly secret: string;
  readonly workspaceId: string;
  readonly applicationId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: null;
}

export interface WebhookRules {
  readonly safeMode: boolean;
  readonly activationMs: number;
  readonly timeoutMs: number;
}

/** The registered webhooks and what is sent to them: each event once per webhook, never again. */
export class Webhooks {
  readonly #workspace: Workspace;
  readonly #rules: WebhookRules;
  readonly #webhooks = new Map<string, { webhook: Webhook; countsFromMs: number }>();
  readonly #queue: WebhookQueue;
  readonly #listeners: (() => void)[] = [];

  constructor(workspace: Workspace, rules: WebhookRules) {
    this.#workspace = workspace;
    this.#rules = rules;
    this.#queue = new WebhookQueue(rules.timeoutMs, workspace.now);
  }

  list(): readonly Webhook[] {
    return [...this.#webhooks.values()].map(({ webhook }) => webhook);
  }

  get(id: string): Webhook | undefined {
    return this.#webhooks.get(id)?.webhook;
  }

  create(given: Readonly<Record<string, unknown>>): Webhook {
    const id = given.id === undefined ? randomUUID() : given.id;
    if (!isTwentyUuid(id) || this.#webhooks.has(id) || !isWebUrl(given.targetUrl)) throw notCreated('creating');
    const at = new Date(this.#workspace.now()).toISOString();
    return this.#keep({
      id,
      targetUrl: given.targetUrl,
      operations: Array.isArray(given.operations) ? (given.operations as string[]) : ['*.*'],
      description: typeof given.description === 'string' ? given.description : null,
      secret: typeof given.secret === 'string' && given.secret !== '' ? given.secret : randomBytes(32).toString('hex'),
      workspaceId: this.#workspace.id,
      applicationId: customApplicationId,
      createdAt: at,
      updatedAt: at,
      deletedAt: null,
    });
  }

  update(id: string, given: Readonly<Record<string, unknown>>): Webhook {
    const before = this.get(id);
    if (before === undefined) throw webhookNotFound();
    if (given.targetUrl !== undefined && !isWebUrl(given.targetUrl)) throw notCreated('updating');
    const allowed = Object.fromEntries(['targetUrl', 'operations', 'description', 'secret'].flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
    return this.#keep({ ...before, ...allowed, updatedAt: new Date(this.#workspace.now()).toISOString() });
  }

  delete(id: string): Webhook {
    const webhook = this.get(id);
    if (webhook === undefined) throw webhookNotFound();
    this.#webhooks.delete(id);
    this.#changed();
    return webhook;
  }

  /** Puts webhooks of an earlier run in place. */
  load(webhooks: readonly Webhook[]): void {
    this.#webhooks.clear();
    for (const webhook of webhooks) this.#webhooks.set(webhook.id, { webhook, countsFromMs: 0 });
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Queues the events of one write for every webhook that asked for them. */
  emit(events: readonly RecordEvent[]): void {
    for (const webhook of this.#active()) {
      this.#send(events.filter((event) => asksFor(webhook, event.object.nameSingular, event.action)).map((event) => ({
        webhook, eventName: `${event.object.nameSingular}.${event.action}`, recordId: event.record.id, body: () => recordBody(this.#workspace, webhook, event),
      })));
    }
  }

  emitMetadata(events: readonly MetadataEvent[]): void {
    for (const webhook of this.#active()) {
      this.#send(events.filter((event) => asksFor(webhook, `metadata.${event.metadataName}`, event.type)).map((event) => ({
        webhook, eventName: `metadata.${event.metadataName}.${event.type}`, recordId: event.recordId, body: () => metadataBody(this.#workspace, webhook, event),
      })));
    }
  }

  /** What happens to webhooks on their way from now on; undefined is fair. */
  disturb(weather: Weather | undefined): void {
    this.#queue.disturb(weather);
  }

  /** Every attempt made, in the order it ended. */
  get deliveries(): readonly Delivery[] {
    return this.#queue.deliveries;
  }

  /** Resolves when nothing is queued or under way. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  close(): void {
    this.#queue.close();
  }

  #send(posts: readonly WebhookPost[]): void {
    if (posts.length > 0) this.#queue.add(posts);
  }

  #active(): readonly Webhook[] {
    const nowMs = this.#workspace.now();
    return [...this.#webhooks.values()]
      .filter(({ webhook, countsFromMs }) => nowMs >= countsFromMs && !(this.#rules.safeMode && isPrivate(webhook.targetUrl)))
      .map(({ webhook }) => webhook);
  }

  #keep(webhook: Webhook): Webhook {
    this.#webhooks.set(webhook.id, { webhook, countsFromMs: this.#workspace.now() + this.#rules.activationMs });
    this.#changed();
    return webhook;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function asksFor(webhook: Webhook, subject: string, action: string): boolean {
  const [scope, name] = subject.includes('.') ? subject.split('.') : [undefined, subject];
  const wanted = scope === undefined
    ? [`${name}.${action}`, `${name}.*`, `*.${action}`, '*.*']
    : [`${scope}.${name}.${action}`, `${scope}.${name}.*`, `${scope}.*.${action}`, `${scope}.*.*`, '*.*'];
  return webhook.operations.some((operation) => wanted.includes(operation));
}

function isWebUrl(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function isPrivate(url: string): boolean {
  return /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|0\.0\.0\.0|\[::1?\])/.test(new URL(url).hostname);
}

function notCreated(verb: string): Refusal {
  const message = `Multiple validation errors occurred while ${verb} webhook`;
  return new Refusal(message, { status: 400, error: 'WorkspaceMigrationBuilderException' }, { code: 'METADATA_VALIDATION_FAILED', userFriendlyMessage: message });
}

function webhookNotFound(): Refusal {
  return new Refusal('Webhook not found', { status: 400, error: 'Error', code: 'WEBHOOK_NOT_FOUND' }, { subCode: 'WEBHOOK_NOT_FOUND', code: 'NOT_FOUND' });
}
