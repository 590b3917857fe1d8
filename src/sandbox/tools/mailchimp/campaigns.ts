import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ToolAnswer, ToolRequest } from '../stand-in.ts';
import type { Audiences, Campaign } from './audiences.ts';
import { invalid, NOT_FOUND, problem } from './problem.ts';

const New = z.strictObject({
  type: z.literal('regular'),
  recipients: z.strictObject({ list_id: z.string(), segment_opts: z.strictObject({ saved_segment_id: z.number().int() }).optional() }),
  settings: z.strictObject({
    subject_line: z.string().min(1), title: z.string(), from_name: z.string(), reply_to: z.email(), preview_text: z.string().optional(),
  }),
});
const Content = z.strictObject({ html: z.string().optional(), plain_text: z.string().optional() });

/** mailchimp.com/developer/marketing/api/campaigns: what is sent cannot be changed or sent again, and what is empty not sent. */
export function campaignAnswer(request: ToolRequest, path: string, audiences: Audiences): ToolAnswer {
  if (path === '/campaigns') return request.method === 'POST' ? create(request, audiences) : list(request, audiences);
  const [, id = '', rest = ''] = /^\/campaigns\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const campaign = audiences.campaigns().find((one) => one.id === id);
  if (campaign === undefined) return NOT_FOUND;
  switch (`${request.method} ${rest}`) {
    case 'GET ': return { status: 200, body: campaign };
    case 'PUT /content': {
      const read = Content.safeParse(request.json());
      if (!read.success) return invalid(read.error);
      if (campaign.status === 'sent') return problem(400, 'Bad Request', 'Campaign is sent and cannot be edited.');
      audiences.keepCampaign({ ...campaign, content: read.data });
      return { status: 200, changed: `filled ${id}`, body: { ...read.data, _links: [] } };
    }
    case 'POST /actions/send':
      if (campaign.status === 'sent') return problem(400, 'Bad Request', 'Your Campaign is not ready to send: it has been sent.');
      if (campaign.content === undefined) return problem(400, 'Bad Request', 'Your Campaign is not ready to send.');
      audiences.keepCampaign({ ...campaign, status: 'sent' });
      return { status: 204, changed: `sent ${id}` };
    default: return NOT_FOUND;
  }
}

function create(request: ToolRequest, audiences: Audiences): ToolAnswer {
  const read = New.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  if (!audiences.has(read.data.recipients.list_id)) return problem(400, 'Bad Request', 'Your list does not exist.');
  const campaign: Campaign = { id: randomUUID().replaceAll('-', '').slice(0, 10), status: 'save', settings: read.data.settings, recipients: read.data.recipients };
  audiences.keepCampaign(campaign);
  return { status: 200, changed: `drafted ${campaign.id}`, body: campaign };
}

function list(request: ToolRequest, audiences: Audiences): ToolAnswer {
  const count = Number(request.query.get('count') ?? '10');
  const own = audiences.campaigns().filter(({ recipients }) => request.query.get('list_id') === null || recipients['list_id'] === request.query.get('list_id'));
  return { status: 200, body: { campaigns: own.toReversed().slice(0, count), total_items: own.length } };
}
