import { z } from 'zod';
import type { FailureKind } from '../../domain/failure.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { callJson, refusalOf } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { EnrolEnd, EnrolFinding, SequenceLead } from '../sequencer.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import type { LemlistSettings } from './index.ts';

const SERVICE = 'lemlist';

/**
 * lemlist as a sequencer: one lead a request, no idempotency key, and its refusals are plain text whose status tells little (“Lead
 * already in other campaign” comes as a 500). developer.lemlist.com/api-reference/endpoints/leads/create-lead-in-campaign.
 */
export const openLemlist: OpenTool<LemlistSettings> = (settings, context) => {
  const http = context.http({ service: SERVICE, rates: RATE_FORMS.lemlist });
  const key = context.secret(settings.apiKey);
  const api: Api = { http, settings, headers: () => ({ authorization: `Basic ${Buffer.from(`:${key()}`).toString('base64')}` }) };
  return {
    sequencer: {
      service: SERVICE,
      atOnce: 1,
      enrol: async (sequence, leads, call) => Promise.all(leads.map((lead) => enrolOne(api, sequence, lead, call))),
      lookUp: async (sequence, leads, call) => Promise.all(leads.map((lead) => findOne(api, sequence, lead, call))),
    },
  };
};

interface Api {
  readonly http: HttpClient;
  readonly settings: LemlistSettings;
  headers(): Readonly<Record<string, string>>;
}

async function enrolOne(api: Api, campaign: string, lead: SequenceLead, call: ToolCall): Promise<EnrolEnd> {
  const { variables, ...known } = lead;
  const { body, raw } = await callJson(api.http, {
    service: SERVICE, method: 'POST', url: `${api.settings.baseUrl}/api/campaigns/${encodeURIComponent(campaign)}/leads/`,
    query: { ...(api.settings.onlyOneCampaign ? { deduplicate: true } : {}), version: 'v2' }, headers: api.headers(),
    body: { ...variables, ...known }, answers: [400, 404, 500], answer: Created, refusal: saidBy,
  }, call);
  return body === undefined ? refusedEnd(raw) : { status: 'enrolled', leadId: body._id };
}

/** What a refusal means is in its words. What is not known is an error like any other. */
function refusedEnd(answer: HttpAnswer): EnrolEnd {
  const words = answer.text().slice(0, 500);
  if (/already in the campaign/i.test(words)) return { status: 'already' };
  if (/already in other campaign/i.test(words)) return { status: 'skipped', code: 'elsewhere', message: 'lemlist: this address is in another campaign already.' };
  if (/unsubscribe|graveyard|do not contact/i.test(words)) return { status: 'skipped', code: 'opted_out', message: 'lemlist: this address has unsubscribed.' };
  if (/blocklist|blacklist/i.test(words)) return { status: 'skipped', code: 'blocked', message: 'lemlist: this address is on the blocklist.' };
  throw refusalOf({ service: SERVICE, method: 'POST', refusal: saidBy }, answer);
}

/** By address over all campaigns; 404 for whom lemlist does not know. */
async function findOne({ http, settings, headers }: Api, campaign: string, { email }: SequenceLead, call: ToolCall): Promise<EnrolFinding> {
  const { body } = await callJson(http, {
    service: SERVICE, method: 'GET', url: `${settings.baseUrl}/api/leads`, query: { version: 'v2', email }, headers: headers(),
    answers: [404], answer: Found, refusal: saidBy,
  }, call);
  const own = body?.find(({ campaign: { id } }) => id === campaign);
  return own === undefined ? 'absent' : { status: 'already', leadId: own._id };
}

const Created = z.object({ _id: z.string() });
const Found = z.array(z.object({ _id: z.string(), campaign: z.object({ id: z.string() }) }));

/** Plain text for most refusals, `{"error"}` or `{"message"}` for newer ones. A missing key is a 400, an unknown one may be a 404. */
function saidBy(answer: HttpAnswer): { readonly kind?: FailureKind; readonly message?: string } {
  const message = wordsOf(answer.text().trim());
  return { message, ...(/API key|^Bad team/i.test(message) ? { kind: 'unauthorized' } : {}) };
}

function wordsOf(text: string): string {
  try {
    const { message, error } = z.object({ message: z.string().optional(), error: z.string().optional() }).parse(JSON.parse(text));
    return message ?? error ?? '';
  } catch {
    return text.startsWith('<') ? '' : text;
  }
}
