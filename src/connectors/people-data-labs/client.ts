import { z } from 'zod';
import type { Question } from '../../domain/profile.ts';
import type { EnricherAnswer, Lookup } from '../enricher.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import type { PeopleDataLabsSettings } from './index.ts';
import { BulkCompanies, BulkPeople, companyAnswer, personAnswer } from './records.ts';

const SERVICE = 'people-data-labs';

/**
 * Asks in bulk only: `POST /v5/person/bulk` and `POST /v5/company/enrich/bulk`, up to 100 at once, each billed by its matches alone
 * (docs.peopledatalabs.com/docs/bulk-enrichment-api, …/bulk-company-enrichment-api). A repeat is billed anew: there is no idempotency key.
 */
export const openPeopleDataLabs: OpenTool<PeopleDataLabsSettings> = (settings, context) => {
  const http = context.http({ service: SERVICE, timeoutMs: 120_000, maxAnswerBytes: 64 * 1024 * 1024, rates: RATE_FORMS['people-data-labs'] });
  const apiKey = context.secret(settings.apiKey);
  const bulk = <T>(path: string, answer: z.ZodType<readonly T[]>, read: (row: T) => EnricherAnswer, params: (question: Question) => object): Pick<Lookup, 'atOnce' | 'ask'> => ({
    atOnce: settings.perRequest,
    ask: (questions, call) => ask(http, { url: `${settings.baseUrl.replace(/\/+$/, '')}${path}`, key: apiKey(), answer, read }, questions.map((question) => ({ ...params(question), min_likelihood: settings.minLikelihood })), call),
  });
  return {
    enricher: {
      service: 'People Data Labs',
      // The least that is taken (docs.peopledatalabs.com/docs/input-parameters-person-enrichment-api): a name needs a company beside it.
      person: {
        ...bulk('/v5/person/bulk', BulkPeople, personAnswer, personParams),
        canAsk: ({ email, linkedin, firstName, lastName, companyName, domain }) =>
          email !== undefined || linkedin !== undefined || (firstName !== undefined && lastName !== undefined && (companyName ?? domain) !== undefined),
      },
      company: {
        ...bulk('/v5/company/enrich/bulk', BulkCompanies, companyAnswer, companyParams),
        canAsk: ({ domain, linkedin, companyName }) => (domain ?? linkedin ?? companyName) !== undefined,
      },
    },
  };
};

interface Bulk<T> {
  readonly url: string;
  readonly key: string;
  readonly answer: z.ZodType<readonly T[]>;
  read(row: T): EnricherAnswer;
}

async function ask<T>(http: HttpClient, { url, key, answer, read }: Bulk<T>, params: readonly object[], call: ToolCall): Promise<readonly EnricherAnswer[]> {
  const { body } = await callJson(http, {
    service: SERVICE, method: 'POST', url, changes: false,
    headers: { 'x-api-key': key },
    body: { requests: params.map((one, place) => ({ metadata: { place }, params: one })) },
    answer: answer.refine((rows) => rows.length === params.length, { error: `not ${String(params.length)} answers to ${String(params.length)} questions` }),
    refusal,
  }, call);
  return body!.map(read);
}

function personParams({ email, linkedin, firstName, lastName, companyName, domain }: Question): object {
  return filled({ email: email && [email], profile: linkedin && [linkedin], first_name: firstName, last_name: lastName, company: companyName ?? domain });
}

function companyParams({ domain, linkedin, companyName }: Question): object {
  return filled({ website: domain, profile: linkedin, name: companyName });
}

function filled(params: object): object {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined && value !== ''));
}

const Refusal = z.object({ error: z.object({ message: z.union([z.string(), z.array(z.string()).transform((all) => all.join('; '))]) }) });

function refusal(answer: HttpAnswer): { readonly message?: string } {
  try {
    return { message: Refusal.parse(answer.json()).error.message };
  } catch {
    return {};
  }
}
