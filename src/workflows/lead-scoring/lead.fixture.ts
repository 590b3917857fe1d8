import fc from 'fast-check';
import type { Behaviour, Lead } from './contract.ts';
import { LeadScoringSettings, type LeadScoringInput } from './settings.ts';

export const DAY_MS = 86_400_000;
export const NOW_MS = Date.parse('2026-06-15T12:00:00Z');

export function settingsOf(input: LeadScoringInput = {}): LeadScoringSettings {
  return LeadScoringSettings.parse(input);
}

export interface LeadParts {
  readonly person?: Readonly<Record<string, unknown>>;
  readonly company?: Readonly<Record<string, unknown>>;
  readonly freeMail?: boolean;
  readonly behaviour?: readonly Behaviour[];
  readonly nowMs?: number;
}

export function leadOf({ person = {}, company, freeMail = false, behaviour = [], nowMs = NOW_MS }: LeadParts = {}): Lead {
  return {
    person: { id: 'p1', name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@acme.example', additionalEmails: [] }, ...person },
    ...(company === undefined ? {} : { company: { id: 'c1', name: 'Acme', ...company } }),
    freeMail, behaviour, nowMs,
  };
}

export function formDaysAgo(days: number, integration = 'contact-form'): Behaviour {
  return { kind: 'form', atMs: NOW_MS - days * DAY_MS, integration };
}

const anyBehaviour: fc.Arbitrary<Behaviour> = fc.record({
  kind: fc.constantFrom('form', 'meeting', 'reply'),
  atMs: fc.integer({ min: -400, max: 20 }).map((days) => NOW_MS + days * DAY_MS),
  integration: fc.constantFrom('contact-form', 'demo'),
});

/** All that the default model and the rules below look at, in any mixture. */
export const anyLead: fc.Arbitrary<Lead> = fc
  .record({
    jobTitle: fc.constantFrom('', 'CEO', 'VP Sales', 'Director of Operations', 'Sales Manager', 'Intern', 'Gardener'),
    phone: fc.constantFrom('', '301234567'), companyId: fc.option(fc.constant('c1')),
    email: fc.constantFrom('', 'ann@acme.example', 'ann@gmail.example'), freeMail: fc.boolean(),
    source: fc.constantFrom('API', 'CALENDAR', 'EMAIL', 'IMPORT'), seats: fc.option(fc.integer({ min: 0, max: 500 })),
    employees: fc.option(fc.integer({ min: 0, max: 5000 })), industry: fc.constantFrom('', 'SOFTWARE', 'Retail, Food'),
    behaviour: fc.array(anyBehaviour, { maxLength: 12 }), days: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ jobTitle, phone, companyId, email, freeMail, source, seats, employees, industry, behaviour, days }) =>
    leadOf({
      person: { jobTitle, phones: { primaryPhoneNumber: phone, primaryPhoneCountryCode: 'DE' }, companyId, emails: { primaryEmail: email }, createdBy: { source }, seats },
      company: { employees, industry }, freeMail, behaviour, nowMs: NOW_MS + days * DAY_MS,
    }));

/** Every kind of rule at once. */
export const fullModel: LeadScoringInput = {
  fields: { employees: 'employees', industry: 'industry' },
  model: {
    industry: [{ match: 'software', points: 15 }, { match: ['retail', 'food'], points: -10 }],
    forms: [{ points: 10, halfLifeDays: 30, most: 20, says: 'filled in a form' }, { integrations: ['demo'], points: 20, halfLifeDays: 14, most: 40, says: 'asked for a demo' }],
    meetings: { points: 15, halfLifeDays: 30, most: 30, says: 'had a meeting with us' },
    replies: { points: 5, halfLifeDays: 14, most: 15, says: 'wrote to us' },
    usage: [{ on: 'person', field: 'seats', says: 'seats in use', bands: [{ from: 1, points: 5 }, { from: 50, points: 15 }] }],
  },
};
