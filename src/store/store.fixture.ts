import type { NewEvent } from '../domain/event.ts';
import { acceptEvents } from './accept.ts';
import { type ClaimedSet, type ClaimRequest, claimSet } from './claim.ts';
import type { Database } from './database.ts';

/** An event for one integration; the key makes it distinct. */
export function eventFor(key: string, parts: { integration?: string; lane?: string; urgent?: boolean; windowMs?: number; body?: string } = {}): NewEvent {
  const integration = parts.integration ?? 'contact-form';
  return {
    source: `hook:${integration}`,
    dedupe: { key, windowMs: parts.windowMs },
    contentType: 'application/json',
    headers: {},
    body: Buffer.from(parts.body ?? `{"key":"${key}"}`),
    verdict: 'test',
    deliveries: [{ integration, laneKey: parts.lane ?? key, urgency: parts.urgent === false ? 'bulk' : 'urgent' }],
  };
}

export async function acceptOne(database: Database, event: NewEvent): Promise<string> {
  const [accepted] = await acceptEvents(database, [event]);
  return accepted!.eventId;
}

export const claimDefaults: ClaimRequest = {
  integration: 'contact-form',
  workflowType: 'webForms',
  claimedBy: 'test',
  maxSize: 200,
  urgentSize: 10,
  maxOpen: { urgent: 10, bulk: 2, workspace: 100 },
  integrations: 1,
};

/** Claims a set or fails the test. */
export async function claim(database: Database, parts: Partial<ClaimRequest> = {}): Promise<ClaimedSet> {
  const result = await claimSet(database, { ...claimDefaults, ...parts });
  if (result.kind !== 'claimed') throw new Error(`nothing was claimed: ${result.kind}`);
  return result.set;
}

export function refOf(set: ClaimedSet): { setId: string; epoch: number } {
  return { setId: set.id, epoch: set.epoch };
}
