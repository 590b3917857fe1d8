import { z } from 'zod';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

/** A person whom the stand-in's MadKudu knows. */
export interface MadkuduPerson {
  readonly email: string;
  readonly score?: number;
  readonly likelihood?: number;
  /** The signals, one a line. */
  readonly signals?: string;
  /** Stands in MadKudu this many times, as a lead and as a contact. */
  readonly times?: number;
}

export interface MadkuduOptions {
  readonly people?: readonly MadkuduPerson[];
  /** Credits that are left; MadAPI refuses at none. */
  readonly credits?: number;
  /** Results in one answer of the search at most. */
  readonly page?: number;
}

export interface MadkuduStandIn extends StandIn {
  know(...people: readonly MadkuduPerson[]): void;
  /** How often it was asked about this address, whatever the answer. */
  asked(email: string): number;
  refill(credits: number): void;
}

const KEY = 'mk-sandbox-key';

/**
 * MadKudu's two APIs: MadAPI's search for persons with the key in a header, and the older lookup of one person with the key as the user's name
 * (developers.madkudu.com). A search is paid by tens of results.
 */
export function madkuduStandIn({ people = KNOWN, credits = 10_000, page = 100 }: MadkuduOptions = {}): MadkuduStandIn {
  const known = new Map<string, MadkuduPerson>();
  const questions = new Map<string, number>();
  const know = (...more: readonly MadkuduPerson[]): void => more.forEach((one) => known.set(one.email.toLowerCase(), one));
  const note = (email: string): void => void questions.set(email, (questions.get(email) ?? 0) + 1);
  know(...people);
  let left = credits;

  const searchPersons = (request: ToolRequest): ToolAnswer => {
    if (request.headers['x-api-key'] !== KEY) return unauthorized();
    const read = Search.safeParse(request.json());
    if (!read.success) return { status: 422, body: { detail: read.error.issues.map(({ path, message, code }) => ({ loc: ['body', ...path], msg: message, type: code, input: null })) } };
    if (left <= 0) return exhausted();
    const { filters, limit = 10, cursor = 0 } = read.data;
    const emails = filters.flatMap(({ value }) => [value].flat()).map((email) => email.toLowerCase());
    if (cursor === 0) emails.forEach(note);
    const all = [...known.values()].filter(({ email }) => emails.includes(email.toLowerCase())).flatMap((one) => Array.from({ length: one.times ?? 1 }, () => one));
    const size = Math.min(limit, page);
    const shown = all.slice(cursor, cursor + size);
    left -= Math.max(1, Math.ceil(shown.length / 10));
    const more = cursor + size < all.length;
    return { status: 200, body: { data: shown.map(personOf), meta: { limit: size, total: all.length, has_next_page: more, ...(more ? { next_cursor: cursor + size } : {}) } } };
  };
  const lookUp = (request: ToolRequest): ToolAnswer => {
    if (request.headers['authorization'] !== `Basic ${btoa(`${KEY}:`)}`) return unauthorized();
    const email = request.query.get('email')?.toLowerCase() ?? '';
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return { status: 400, body: { message: 'Invalid parameter', details: 'email is not a valid email' } };
    note(email);
    const person = known.get(email);
    return person === undefined ? { status: 404, body: { message: 'Person not found' } } : { status: 200, body: legacyOf(person) };
  };
  return {
    name: 'madkudu',
    stands: 'madapi.madkudu.com',
    env: (url) => ({ MADKUDU_BASE_URL: url, MADKUDU_API_KEY: KEY }),
    answer: (request) => {
      const route = `${request.method} ${request.path}`;
      if (route === 'POST /search/persons') return searchPersons(request);
      if (route === 'GET /v1/persons') return lookUp(request);
      return { status: 404, body: { message: 'no Route matched with those values' } };
    },
    tooMany: () => ({ status: 429, body: { message: 'Too many requests', details: '600 requests per minute' } }),
    broken: () => ({ status: 500, body: { message: 'Internal server error' } }),
    know,
    asked: (email) => questions.get(email.toLowerCase()) ?? 0,
    refill: (more) => void (left = more),
    save: () => ({ people: [...known.values()], left }),
    load: (saved) => {
      const { people: kept, left: credit } = saved as { readonly people: readonly MadkuduPerson[]; readonly left: number };
      know(...kept);
      left = credit;
    },
  };
}

const KNOWN: readonly MadkuduPerson[] = [
  { email: 'dana@brightharbor.example', score: 88, likelihood: 64, signals: '✔ employee count is 480\n✔ industry is logistics\n✖ no free trial yet' },
  { email: 'clara@nordlicht.example', score: 42, likelihood: 20, signals: '✖ employee count is 6' },
];

const unauthorized = (): ToolAnswer => ({ status: 401, body: { message: 'Unauthorized' } });
const exhausted = (): ToolAnswer => ({ status: 429, body: { message: 'credits exhausted' } });

/** Ranges of help.madkudu.com/docs, “What are the different scores?”. */
function segmentOf(score: number, words: readonly [string, string, string, string]): string {
  return score >= 85 ? words[0] : score >= 70 ? words[1] : score >= 50 ? words[2] : words[3];
}

const fitOf = (score: number): object => ({ score, segment: segmentOf(score, ['very good', 'good', 'medium', 'low']) });

function personOf({ email, score = 50, likelihood = 50, signals }: MadkuduPerson): object {
  const domain = email.replace(/^.*@/, '');
  return {
    mk_id: `mk-${email}`, source_system: { id: `003${email}`, system: 'salesforce', object: 'contact' }, email, name: email.replace(/@.*$/, ''),
    company: { domain, mk_id: `mk-${domain}` }, socials: {}, location: {},
    scores: {
      customer_fit: { ...fitOf(score), ...(signals === undefined ? {} : { signals }) },
      likelihood_to_buy: { score: likelihood, segment: segmentOf(likelihood, ['very high', 'high', 'medium', 'low']) },
    },
  };
}

function legacyOf({ email, score = 50, signals = '' }: MadkuduPerson): object {
  const topSignals = signals.split('\n').filter((line) => line !== '').map((line) => ({ name: line.slice(2), value: line.slice(2), type: line.startsWith('✖') ? 'negative' : 'positive' }));
  return {
    object_type: 'person', email,
    properties: { domain: email.replace(/^.*@/, ''), is_student: false, is_spam: false, is_personal_email: false, customer_fit: { ...fitOf(score), top_signals: topSignals, top_signals_formated: signals } },
    company: { properties: { domain: email.replace(/^.*@/, '') } },
  };
}

const Filter = z.object({
  property: z.enum(['email', 'first_name', 'last_name', 'name', 'title', 'persona', 'company_domain', 'country', 'state', 'city', 'activities', 'has_left_company']),
  operator: z.enum(['IS', 'IN']),
  value: z.union([z.string(), z.array(z.string()).min(1)]),
});
const Search = z.object({
  limit: z.int().min(1).optional(), cursor: z.int().min(0).optional(), filters: z.array(Filter).min(1),
  filterLogic: z.enum(['AND', 'OR']).optional(),
});
