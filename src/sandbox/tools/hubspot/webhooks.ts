import { createHmac } from 'node:crypto';
import type { Crm } from './crm.ts';
import type { CrmEvent } from './row.ts';

const NUMBERS: Readonly<Record<string, string>> = { contacts: '0-1', companies: '0-2', deals: '0-3' };
const OLD_NAMES: Readonly<Record<string, string>> = { contacts: 'contact', companies: 'company', deals: 'deal' };

export interface WebhookTarget {
  /** The app's target URL, which is signed. */
  readonly url: string;
  /** Where it is really sent; the same unless said. */
  readonly to?: string;
  readonly secret: string;
  /** `object.*` subscriptions instead of those by the object's name. */
  readonly generic?: boolean;
}

export interface WebhookSender {
  /** Sends what happened since the last call, up to 100 events at once; answers the statuses. */
  deliver(): Promise<readonly number[]>;
  /** Sends the last batches once more, as after an answer that came too late. */
  again(): Promise<readonly number[]>;
  /** Forgets what happened since the last call: the webhooks are lost. */
  lose(): void;
}

/** The webhook subscriptions of an app, to all changes of all objects (developers.hubspot.com, "Webhooks"). */
export function webhookSender(crm: Crm, target: WebhookTarget): WebhookSender {
  let seen = crm.events.length;
  let last: readonly (readonly object[])[] = [];
  let attempt = 0;
  const send = async (): Promise<readonly number[]> => {
    const statuses: number[] = [];
    for (const batch of last) statuses.push(await post(target, JSON.stringify(batch.map((event) => ({ ...event, attemptNumber: attempt })))));
    return statuses;
  };
  return {
    deliver() {
      const events = crm.events.slice(seen).map((event, n) => payloadOf(event, seen + n + 1, target.generic === true));
      seen = crm.events.length;
      attempt = 0;
      last = Array.from({ length: Math.ceil(events.length / 100) }, (_, n) => events.slice(n * 100, (n + 1) * 100));
      return send();
    },
    again() {
      attempt += 1;
      return send();
    },
    lose: () => void (seen = crm.events.length),
  };
}

function payloadOf({ type, object, objectId, occurredAt, more }: CrmEvent, eventId: number, generic: boolean): object {
  const isGeneric = generic && type !== 'privacyDeletion';
  return {
    eventId, subscriptionId: 12_345, portalId: 62_515, appId: 54_321, occurredAt, subscriptionType: `${isGeneric ? 'object' : OLD_NAMES[object]!}.${type}`,
    ...(isGeneric ? { objectTypeId: NUMBERS[object] } : {}), objectId: Number(objectId), changeSource: 'CRM_UI', sourceId: 'userId:2222222', ...more,
  };
}

async function post({ url, to = url, secret }: WebhookTarget, body: string): Promise<number> {
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', secret).update(`POST${url}${body}${timestamp}`).digest('base64');
  const answer = await fetch(to, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-hubspot-request-timestamp': timestamp, 'x-hubspot-signature-v3': signature } });
  await answer.arrayBuffer();
  return answer.status;
}
