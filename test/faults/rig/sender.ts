import { setTimeout as pause } from 'node:timers/promises';
import { apiToken } from './environment.ts';
import type { IntegrationName } from './integrations.ts';

/** A submission; `mark` is in its message and in no other one's. */
export interface Submission {
  readonly integration: IntegrationName;
  readonly mark: string;
  readonly email: string;
  readonly company?: string;
  readonly jobTitle?: string;
}

export interface Accepted extends Submission {
  readonly eventId: string;
  /** In the order in which they were accepted; a person's submissions are sent one after the other. */
  readonly order: number;
}

/** Somebody who fills in forms and sends again until the form is taken. */
export interface Sender {
  readonly accepted: readonly Accepted[];
  /** Resolves when it is stored; sends again while the gateway is away, as a browser's or a tool's retry does. */
  submit(submission: Submission): Promise<{ readonly status: number; readonly eventId: string; readonly tries: number }>;
  /** A person sends on what has failed. */
  retry(integration: IntegrationName): Promise<void>;
  /** An accepted event as the gateway tells it. */
  event(eventId: string): Promise<EventAsTold>;
}

export interface EventAsTold {
  readonly id: string;
  readonly deliveries: readonly {
    readonly state: string;
    readonly code?: string;
    readonly reason?: string;
    readonly effects: readonly { readonly step: string; readonly state: string }[];
  }[];
}

const GIVE_UP_MS = 180_000;

export function createSender(gatewayPort: number): Sender {
  const url = `http://127.0.0.1:${String(gatewayPort)}`;
  const accepted = new Map<string, Accepted>();
  const authorization = `Bearer ${apiToken}`;

  const post = async ({ integration, ...form }: Submission): Promise<{ status: number; eventId: string }> => {
    const { mark, email, company, jobTitle } = form;
    const response = await fetch(`${url}/hooks/${integration}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(15_000),
      body: JSON.stringify({ name: nameOf(email), email, message: `Please answer ${mark}.`, company, jobTitle }),
    });
    const body = (await response.json()) as { eventId?: string; id?: string };
    return { status: response.status, eventId: body.eventId ?? body.id ?? '' };
  };

  return {
    get accepted() {
      return [...accepted.values()];
    },
    async submit(submission) {
      const deadline = Date.now() + GIVE_UP_MS;
      for (let tries = 1; ; tries += 1) {
        try {
          const { status, eventId } = await post(submission);
          if (status !== 202 && status !== 200 && status !== 503) throw new RangeError(`The gateway answered ${String(status)}.`);
          if (status !== 503) {
            const first = accepted.get(submission.mark);
            if (first === undefined) accepted.set(submission.mark, { ...submission, eventId, order: accepted.size });
            else if (first.eventId !== eventId) throw new RangeError(`${submission.mark} was stored twice.`);
            return { status, eventId, tries };
          }
        } catch (error) {
          if (error instanceof RangeError || Date.now() > deadline) throw error;
        }
        if (Date.now() > deadline) throw new Error(`${submission.mark} was not taken within three minutes.`);
        await pause(200);
      }
    },
    async retry(integration) {
      const codes = new Set((await Promise.all([...accepted.values()].map(({ eventId }) => this.event(eventId))))
        .flatMap(({ deliveries }) => deliveries.flatMap(({ state, code }) => (state === 'failed' && code !== undefined ? [code] : []))));
      for (const code of codes) {
        const response = await fetch(`${url}/api/deliveries/retry`, {
          method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify({ code, integration }),
        });
        if (!response.ok) throw new Error(`The retry was answered with ${String(response.status)}.`);
      }
    },
    async event(eventId) {
      const response = await fetch(`${url}/events/${eventId}`, { headers: { authorization } });
      if (!response.ok) throw new Error(`GET /events/${eventId} answered ${String(response.status)}.`);
      return (await response.json()) as EventAsTold;
    },
  };
}

function nameOf(email: string): string {
  return `Person ${email.split('@')[0]!.replaceAll('-', ' ')}`;
}
