import { createHmac } from 'node:crypto';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { secret } from '../config/secret.ts';
import type { Hook, HookRequest, Integration, UseCase } from '../config/use-case.ts';
import type { Accepted, NewEvent } from '../domain/event.ts';
import type { GatewayDeps } from './contract.ts';

export const signingSecret = 'a secret for signing';
export const testEnv: NodeJS.ProcessEnv = { FORM_SECRET: signingSecret };

/** An inbox in memory that behaves as the real one does towards the gateway: all or nothing, once per source and key. */
export class MemoryInbox {
  readonly stored: NewEvent[] = [];
  readonly commits: number[] = [];
  /** Set to make every call fail as if the database were gone. */
  away = false;
  /** Commits wait for it. */
  gate: Promise<void> = Promise.resolve();
  readonly #ids = new Map<string, string>();

  async accept(events: readonly NewEvent[]): Promise<readonly Accepted[]> {
    await this.gate;
    if (this.away) throw sqlError('57P01');
    if (new Set(events.map(keyOf)).size !== events.length) throw sqlError('21000');
    if (events.some((event) => keyOf(event).includes('poison'))) throw sqlError('22021');
    this.commits.push(events.length);
    return events.map((event) => {
      const known = this.#ids.get(keyOf(event));
      if (known !== undefined) return { eventId: known, repeat: true };
      const eventId = `00000000-0000-7000-8000-${String(this.stored.length).padStart(12, '0')}`;
      this.stored.push(event);
      this.#ids.set(keyOf(event), eventId);
      return { eventId, repeat: false };
    });
  }
}

export function depsOf(inbox: MemoryInbox, parts: Partial<GatewayDeps> = {}): GatewayDeps {
  return {
    integrations: new Map(),
    twentyWorkspaces: new Map(),
    accept: (events) => inbox.accept(events),
    isDatabaseAway: (error) => String((error as { code?: unknown }).code).startsWith('57'),
    findEvent: async () => undefined,
    listEvents: async () => [],
    plan: async (action) => ({ action, count: 0, byIntegration: {}, deliveries: [], effects: [] }),
    act: async () => 0,
    modes: { list: async () => [], set: async () => undefined },
    feeds: { heard: () => undefined, isProbe: async () => false, list: async () => [] },
    catchUp: () => Promise.resolve([]),
    readiness: async () => ({ database: inbox.away ? 'not reachable' : 'ok' }),
    metrics: new Registry(),
    ...parts,
  };
}

/** A hook for JSON with an `id`, signed as GitHub does, unless told otherwise. */
export function hookOf(parts: Partial<Hook> = {}): Hook {
  return {
    verification: { scheme: 'github', secrets: [secret('FORM_SECRET')] },
    contentTypes: ['application/json'],
    maxBodyBytes: 10_000,
    read: readJsonWithId,
    ...parts,
  };
}

export const openHook = (parts: Partial<Hook> = {}): Hook => hookOf({ verification: { scheme: 'none' }, ...parts });

export function integrationsOf(hooks: Readonly<Record<string, Hook>>): ReadonlyMap<string, Integration> {
  return new Map(Object.entries(hooks).map(([name, hook]) => [name, { name, useCase: useCaseOf(hook), settings: {}, weight: 1, hourly: { mails: 100, invoices: 50 }, retention: { payloadDays: 30, deliveryDays: 90 } }]));
}

export const eventRow = {
  id: '0190a0a0-0000-7000-8000-000000000001',
  source: 'hook:contact-form',
  receivedAt: '2026-01-02T03:04:05.000Z',
  contentType: 'application/json',
  bytes: 2,
  deliveries: [],
} as const;

export function githubSignature(body: string, key = signingSecret): string {
  return `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
}

export function sqlError(code: string): Error {
  return Object.assign(new Error(`database error ${code}`), { code });
}

function readJsonWithId(request: HookRequest) {
  const id: unknown = (JSON.parse(Buffer.from(request.body).toString('utf8')) as { id?: unknown }).id;
  if (typeof id !== 'string') return { kind: 'refused', status: 400, path: 'body.id', problem: 'The id is missing.' } as const;
  return { kind: 'event', dedupe: { key: id }, laneKey: id } as const;
}

function useCaseOf(hook: Hook): UseCase {
  return { name: 'test', workflowType: 'test', settings: z.unknown(), urgency: 'urgent', connections: () => [], hook: () => hook, activities: () => Promise.resolve(() => ({})), samples: [] };
}

function keyOf(event: NewEvent): string {
  return `${event.source} ${event.dedupe.key}`;
}
