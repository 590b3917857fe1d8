import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { LeadQuestion, Scorer, ScorerAnswer } from '../scorer.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import type { MadkuduSettings } from './index.ts';

const SERVICE = 'madkudu';
/** MadAPI's search is paid by tens of results, its lookup of one person by one and three: a search asks about many for less. */
const PER_SEARCH = 50;
/** A person may stand in MadKudu several times, as a lead and as a contact; beyond this many pages something is wrong. */
const MOST_PAGES = 20;

/** MadKudu in the role of a scorer. It knows people by their e-mail address only; attributes are not sent. */
export const openMadkudu: OpenTool<MadkuduSettings> = (settings, context) => {
  const http = context.http({ service: SERVICE, rates: RATE_FORMS.madkudu });
  const api: Api = { ...settings, http, key: context.secret(settings.apiKey) };
  return { scorer: settings.api === 'legacy' ? legacy(api) : madapi(api) };
};

interface Api {
  readonly http: HttpClient;
  readonly baseUrl: string;
  readonly score: MadkuduSettings['score'];
  key(): string;
}

/** POST /search/persons, https://developers.madkudu.com: by a list of addresses, page by page. */
function madapi(api: Api): Scorer {
  return {
    perRequest: PER_SEARCH,
    async score(leads, call) {
      const asked = withEmail(leads);
      if (asked.length === 0) return new Map();
      const best = new Map<string, ScorerAnswer>();
      for (const { email, scores } of await search(api, [...new Set(asked.map(({ email }) => email))], call)) {
        const answer = answerOf(scores?.[api.score]);
        const before = best.get(email.toLowerCase());
        if (answer !== undefined && (before === undefined || (answer.score ?? 0) > (before.score ?? 0))) best.set(email.toLowerCase(), answer);
      }
      return new Map(asked.flatMap(({ id, email }) => (best.has(email) ? [[id, best.get(email)!]] : [])));
    },
  };
}

async function search({ http, baseUrl, key }: Api, emails: readonly string[], call: ToolCall): Promise<readonly z.output<typeof Found>[]> {
  const found: z.output<typeof Found>[] = [];
  let cursor: number | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { body } = await callJson(http, {
      service: SERVICE, method: 'POST', url: `${baseUrl}/search/persons`, headers: { 'x-api-key': key() }, changes: false,
      body: { limit: emails.length, ...(cursor === undefined ? {} : { cursor }), filters: [{ property: 'email', operator: 'IN', value: emails }], filterLogic: 'AND' },
      answer: SearchAnswer, refusal: saidBy,
    }, page === 0 ? call : { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) });
    found.push(...body!.data);
    const { has_next_page: more, next_cursor: next } = body!.meta;
    if (more !== true) return found;
    if (typeof next !== 'number' || next === cursor) throw new ConnectorError(SERVICE, 'malformed', 'madkudu: meta.next_cursor is not as expected (there is a next page, and no way to it)');
    cursor = next;
  }
  throw new ConnectorError(SERVICE, 'malformed', `madkudu: the search for ${String(emails.length)} addresses has no end`);
}

/** GET /v1/persons, https://developers.madkudu.com/legacy-api/demographics-person-api: one by one; 404 for whom it does not know. */
function legacy({ http, baseUrl, key }: Api): Scorer {
  return {
    perRequest: 1,
    async score(leads, call) {
      const [lead] = withEmail(leads);
      if (lead === undefined) return new Map();
      const { body } = await callJson(http, {
        service: SERVICE, method: 'GET', url: `${baseUrl}/v1/persons`, query: { email: lead.email },
        headers: { authorization: `Basic ${Buffer.from(`${key()}:`).toString('base64')}` }, answers: [404], answer: LegacyAnswer, refusal: saidBy,
      }, call);
      const answer = answerOf(body?.properties.customer_fit);
      return new Map(answer === undefined ? [] : [[lead.id, answer]]);
    },
  };
}

/** A model that has not run yet gives neither score nor segment: then MadKudu cannot tell. */
function answerOf(fit: z.output<typeof Fit> | null | undefined): ScorerAnswer | undefined {
  const { score, segment, signals, top_signals_formated: formatted } = fit ?? {};
  if (typeof score !== 'number' && !segment) return undefined;
  const reasons = (signals ?? formatted ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  return { ...(typeof score === 'number' ? { score } : {}), ...(segment ? { grade: segment } : {}), reasons };
}

function withEmail(leads: readonly LeadQuestion[]): readonly (LeadQuestion & { readonly email: string })[] {
  return leads.filter((lead): lead is LeadQuestion & { readonly email: string } => lead.email !== undefined);
}

const Fit = z.object({
  score: z.number().nullish(), segment: z.string().nullish(), signals: z.string().nullish(), top_signals_formated: z.string().nullish(),
});
const Found = z.object({ email: z.string(), scores: z.object({ customer_fit: Fit.nullish(), likelihood_to_buy: Fit.nullish() }).nullish() });
const SearchAnswer = z.object({ data: z.array(Found), meta: z.object({ has_next_page: z.boolean().nullish(), next_cursor: z.number().nullish() }) });
const LegacyAnswer = z.object({ properties: z.object({ customer_fit: Fit.nullish() }) });

/** Both write `message`; MadAPI's refusals of a body are a list of what is wrong and where. */
function saidBy(answer: HttpAnswer): { readonly message?: string } {
  try {
    const said = Refused.parse(answer.json());
    const message = said.message ?? said.detail?.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
    return message === undefined ? {} : { message };
  } catch {
    return {};
  }
}

const Refused = z.object({ message: z.string().optional(), detail: z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })).optional() });
