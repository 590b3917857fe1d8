import { z } from 'zod';
import type { Question } from '../../domain/profile.ts';
import { isFreeMail } from '../../normalise/web-domain.ts';
import { type EnricherAnswer, found } from '../enricher.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import type { HunterSettings } from './index.ts';
import { Company, companyFacts, companyProfile, Person, personProfile } from './records.ts';

const SERVICE = 'hunter';

/**
 * Hunter's enrichment (hunter.io/api-documentation/v2#enrichment), which has no bulk form: a match costs one credit, also when the
 * company comes with the person. Nobody there is a 404; a 451 is somebody who has asked not to be processed.
 */
export const openHunter: OpenTool<HunterSettings> = (settings, context) => {
  const http = context.http({ service: SERVICE, rates: RATE_FORMS.hunter });
  const apiKey = context.secret(settings.apiKey);
  const find = async <T>(what: 'people' | 'companies' | 'combined', query: Readonly<Record<string, string>>, shape: z.ZodType<T>, call: ToolCall): Promise<T | undefined> => {
    const { body } = await callJson(http, {
      service: SERVICE, method: 'GET', url: `${settings.baseUrl.replace(/\/+$/, '')}/${what}/find`, query, headers: { 'x-api-key': apiKey() },
      answers: [404, 451], answer: z.object({ data: shape.nullish() }), refusal,
    }, call);
    return body?.data ?? undefined;
  };
  const person = async ({ email, linkedin }: Question, call: ToolCall): Promise<EnricherAnswer> => {
    // The company of a private mailbox is nobody's employer, and Hunter does not combine it.
    if (email !== undefined && !isFreeMail(email.replace(/^.*@/, ''))) {
      const both = await find('combined', { email }, z.object({ person: Person.nullish(), company: Company.nullish() }), call);
      if (both?.person === undefined || both.person === null) return { kind: 'none' };
      return found({ ...(both.company === undefined || both.company === null ? {} : companyFacts(both.company)), ...defined(personProfile(both.person)) });
    }
    const alone = await find('people', email === undefined ? { linkedin_handle: handleOf(linkedin)! } : { email }, Person, call);
    return alone === undefined ? { kind: 'none' } : found(personProfile(alone));
  };
  const company = async ({ domain }: Question, call: ToolCall): Promise<EnricherAnswer> => {
    const one = await find('companies', { domain: domain! }, Company, call);
    return one === undefined ? { kind: 'none' } : found(companyProfile(one));
  };
  return {
    enricher: {
      service: 'Hunter',
      person: { atOnce: 1, canAsk: ({ email, linkedin }) => email !== undefined || handleOf(linkedin) !== undefined, ask: async ([question], call) => [await person(question!, call)] },
      company: { atOnce: 1, canAsk: ({ domain }) => domain !== undefined, ask: async ([question], call) => [await company(question!, call)] },
    },
  };
};

function handleOf(linkedin: string | undefined): string | undefined {
  return /linkedin\.com\/in\/([^/?#]+)/i.exec(linkedin ?? '')?.[1];
}

function defined<T extends object>(profile: T): Partial<T> {
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined && value !== null)) as Partial<T>;
}

const Refusal = z.object({ errors: z.array(z.object({ details: z.string() })).min(1) });

function refusal(answer: HttpAnswer): { readonly message?: string } {
  try {
    return { message: Refusal.parse(answer.json()).errors[0]!.details };
  } catch {
    return {};
  }
}
