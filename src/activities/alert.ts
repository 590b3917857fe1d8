import { ConnectorError } from '../domain/failure.ts';
import { createHttpClient } from '../connectors/http/client.ts';
import type { ActivityDeps } from './deps.ts';

/** A change in how an integration stands, as the workflow carries it. */
export interface Alert {
  readonly integration: string;
  readonly state: 'ok' | 'attention' | 'connection';
  readonly reason: string;
  /** ISO 8601 instant. */
  readonly since: string;
}

/** Telling a person; each target once, whatever is retried. */
export function alertActivities(deps: ActivityDeps) {
  return {
    async mailAlert(alert: Alert): Promise<boolean> {
      const email = deps.alerts?.email;
      if (email === undefined) return false;
      const { subject, text } = words(alert);
      const html = `<p>${text.replace(/[&<>]/g, (character) => `&#${String(character.charCodeAt(0))};`)}</p>`;
      await deps.mail(email.connection).sendEmail(
        { from: email.from, to: [...email.to], subject, text, html, idempotencyKey: `alert/${alert.integration}/${alert.since}` },
        { pace: () => Promise.resolve() },
      );
      return true;
    },

    async postAlert(alert: Alert): Promise<boolean> {
      const url = deps.alerts?.webhookUrl;
      if (url === undefined) return false;
      const http = createHttpClient({ service: 'alert webhook', timeoutMs: 10_000, allowInsecure: deps.allowInsecure });
      try {
        const answer = await http.send({ method: 'POST', url, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...alert, ...words(alert) }), changes: true });
        if (answer.status >= 300) throw new ConnectorError('alert webhook', 'unavailable', `the alert webhook answered ${String(answer.status)}`);
      } finally {
        await http.close();
      }
      return true;
    },
  };
}

function words({ integration, state, reason }: Alert): { subject: string; text: string } {
  switch (state) {
    case 'ok':
      return { subject: `Sluice: ${integration} runs again`, text: `${integration}: nothing waits for a person any more.` };
    case 'attention':
      return { subject: `Sluice: ${integration} needs a person`, text: `${integration}: events have failed or wait for a person. The latest: ${reason} See them with: sluice events --integration ${integration} --state failed` };
    case 'connection':
      return { subject: `Sluice: ${integration} cannot reach what it needs`, text: `${integration}: ${reason}. Its events wait and go on by themselves when it is back.` };
  }
}
