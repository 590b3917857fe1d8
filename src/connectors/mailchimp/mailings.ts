import { z } from 'zod';
import type { Mailing, Mailings } from '../newsletter.ts';
import type { ToolCall } from '../tool.ts';
import type { Ask } from './calls.ts';

/** Campaigns (mailchimp.com/developer/marketing/api/campaigns): made, filled and sent by a request each. */
export function mailchimpMailings(ask: Ask): Mailings {
  const fill = (id: string, { html, text }: Mailing, call: ToolCall): Promise<unknown> =>
    ask({ method: 'PUT', path: `/campaigns/${id}/content`, body: { ...(html === undefined ? {} : { html }), ...(text === undefined ? {} : { plain_text: text }) }, answer: z.unknown() }, call);
  return {
    async draft(request, call) {
      const { list, group, name, subject, from, replyTo, preview } = request;
      const recipients = { list_id: list, ...(group === undefined ? {} : { segment_opts: { saved_segment_id: Number(group) } }) };
      const settings = { subject_line: subject, title: name, from_name: from.name ?? from.email, reply_to: replyTo ?? from.email, ...(preview === undefined ? {} : { preview_text: preview }) };
      const { id } = await ask({ method: 'POST', path: '/campaigns', body: { type: 'regular', recipients, settings }, answer: Campaign }, call);
      await fill(id, request, midway(call));
      return { id };
    },
    async resume(request, call) {
      const query = { list_id: request.list, count: LOOKED_AT, sort_field: 'create_time', sort_dir: 'DESC', fields: 'campaigns.id,campaigns.status,campaigns.settings.title' };
      const { campaigns } = await ask({ method: 'GET', path: '/campaigns', query, answer: Campaigns }, call);
      const found = campaigns.find(({ settings }) => settings?.title === request.name);
      if (found === undefined) return undefined;
      if (found.status === 'save') await fill(found.id, request, midway(call));
      return { id: found.id };
    },
    async send(id, _request, call) {
      await ask({ method: 'POST', path: `/campaigns/${id}/actions/send`, answer: z.unknown() }, call);
    },
    async isSent(id, call) {
      const { status } = await ask({ method: 'GET', path: `/campaigns/${id}`, query: { fields: 'id,status' }, answer: Campaign }, call);
      return status !== 'save' && status !== 'paused';
    },
  };
}

/** What was made a moment ago is among the last. */
const LOOKED_AT = 100;

const Campaign = z.looseObject({ id: z.string(), status: z.string().optional() });
const Campaigns = z.looseObject({ campaigns: z.array(Campaign.extend({ settings: z.looseObject({ title: z.string().optional() }).optional() })) });

function midway(call: ToolCall): ToolCall {
  return { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) };
}
