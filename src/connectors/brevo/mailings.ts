import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { Mailing, Mailings } from '../newsletter.ts';
import { type Ask, listId, SERVICE } from './calls.ts';

/** Email campaigns (developers.brevo.com/reference/create-email-campaign, send-email-campaign-now). */
export function brevoMailings(ask: Ask): Mailings {
  return {
    async draft(request, call) {
      const { list, name, subject, from, replyTo, preview } = request;
      const body = {
        name, subject, sender: { name: from.name ?? from.email, email: from.email }, htmlContent: htmlOf(request), recipients: { listIds: [listId(list)] },
        ...(replyTo === undefined ? {} : { replyTo }), ...(preview === undefined ? {} : { previewText: preview }),
      };
      const { id } = await ask({ method: 'POST', path: '/emailCampaigns', body, answer: Made }, call);
      return { id: String(id) };
    },
    async resume({ name }, call) {
      const query = { limit: LOOKED_AT, offset: 0, sort: 'desc', excludeHtmlContent: true };
      const { campaigns = [] } = await ask({ method: 'GET', path: '/emailCampaigns', query, answer: Campaigns }, call);
      const found = campaigns.find((campaign) => campaign.name === name);
      return found === undefined ? undefined : { id: String(found.id) };
    },
    async send(id, _request, call) {
      await ask({ method: 'POST', path: `/emailCampaigns/${encodeURIComponent(id)}/sendNow`, answer: z.unknown() }, call);
    },
    async isSent(id, call) {
      const { status } = await ask({ method: 'GET', path: `/emailCampaigns/${encodeURIComponent(id)}`, query: { excludeHtmlContent: true }, answer: Campaign }, call);
      return status !== 'draft' && status !== 'suspended';
    },
  };
}

/** What was made a moment ago is among the last. */
const LOOKED_AT = 50;

/** A campaign has HTML; a text alone becomes paragraphs. */
function htmlOf({ html, text }: Mailing): string {
  if (html !== undefined) return html;
  if (text === undefined) throw new ConnectorError(SERVICE, 'rejected', 'brevo: the mailing has nothing in it');
  return text.split(/\n{2,}/).map((paragraph) => `<p>${paragraph.replace(/[&<>]/g, (character) => `&#${String(character.charCodeAt(0))};`).replaceAll('\n', '<br>')}</p>`).join('');
}

const Made = z.looseObject({ id: z.number() });
const Campaign = z.looseObject({ id: z.number(), name: z.string(), status: z.string() });
const Campaigns = z.looseObject({ campaigns: z.array(Campaign).optional() });
