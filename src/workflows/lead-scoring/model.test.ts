import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Lead } from './contract.ts';
import { anyLead, DAY_MS, formDaysAgo, fullModel, leadOf, NOW_MS, settingsOf } from './lead.fixture.ts';
import { scoreLead, scoreParts } from './model.ts';
import { numberOf } from '../../domain/record-values.ts';

const { model, fields } = settingsOf(fullModel);
const total = (lead: Lead): number => scoreParts(lead, model, fields).reduce((sum, { points }) => sum + points, 0);

describe('a score', () => {
  test('comes with its reasons in words, the weightiest first', () => {
    const lead = leadOf({
      person: { jobTitle: 'Chief Revenue Officer', companyId: 'c1' },
      company: { employees: 400, industry: 'COMPUTER_SOFTWARE' },
      behaviour: [formDaysAgo(3, 'demo'), formDaysAgo(40)],
    });

    expect(scoreLead(lead, model, fields)).toEqual({
      score: 82,
      reasons: [
        '+25 C-level: Chief Revenue Officer',
        '+17 asked for a demo 3 days ago (fading)',
        '+15 company of 200 to 999 people',
        '+15 industry: Computer software',
        '+6 known: company and job title',
        '+4 filled in a form 5 weeks ago (fading)',
      ],
    });
  });

  test('is a whole number from 0 to 100', () => {
    fc.assert(fc.property(anyLead, (lead) => {
      const { score } = scoreLead(lead, model, fields);
      expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
    }));
  });

  test('is the sum of its reasons, or a last line says what the sum was', () => {
    fc.assert(fc.property(anyLead, fc.integer({ min: 1, max: 8 }), (lead, maxReasons) => {
      const { score, reasons } = scoreLead(lead, { ...model, maxReasons }, fields);
      const sum = reasons.reduce((so, line) => so + Number(/^([+-]?\d+) (?!in all)/.exec(line)?.[1] ?? 0), 0);
      expect(reasons.length).toBeLessThanOrEqual(maxReasons + 2);
      expect(sum === score || reasons.at(-1) === `${String(sum)} in all, which counts as ${String(score)}`).toBe(true);
    }));
  });

  test('does not depend on the order of anything, and the same lead gets the same words', () => {
    fc.assert(fc.property(anyLead, (lead) => {
      const turned: Lead = { ...lead, person: Object.fromEntries(Object.entries(lead.person).reverse()) as Lead['person'], behaviour: [...lead.behaviour].reverse() };
      const mirrored = { ...model, forms: [...model.forms].reverse(), industry: [...model.industry].reverse(), source: [...model.source].reverse(), usage: [...model.usage].reverse() };
      expect(scoreLead(turned, mirrored, fields)).toEqual(scoreLead(lead, model, fields));
    }));
  });

  test('never rises by mere waiting', () => {
    fc.assert(fc.property(anyLead, fc.integer({ min: 0, max: 3000 }), (lead, hours) => {
      expect(total({ ...lead, nowMs: lead.nowMs + (hours * DAY_MS) / 24 })).toBeLessThanOrEqual(total(lead));
    }));
  });

  test('never falls by one act more, or by a later one', () => {
    fc.assert(fc.property(anyLead, fc.constantFrom('form', 'meeting', 'reply'), fc.integer({ min: 0, max: 300 }), (lead, kind, days) => {
      const earlier = { ...lead, behaviour: [...lead.behaviour, { kind, atMs: NOW_MS - days * DAY_MS } as const] };
      const later = { ...lead, behaviour: [...lead.behaviour, { kind, atMs: NOW_MS - (days * DAY_MS) / 2 } as const] };
      expect(total(earlier)).toBeGreaterThanOrEqual(total(lead));
      expect(total(later)).toBeGreaterThanOrEqual(total(earlier));
    }));
  });

  test.each([
    ['people in the company', (lead: Lead) => ({ ...lead, company: { id: 'c1', ...lead.company, employees: (numberOf(lead.company?.['employees']) ?? 0) * 2 + 1 } })],
    ['seats in use', (lead: Lead) => ({ ...lead, person: { ...lead.person, seats: (numberOf(lead.person['seats']) ?? 0) * 2 + 1 } })],
    ['a phone number', (lead: Lead) => ({ ...lead, person: { ...lead.person, phones: { primaryPhoneNumber: '301234567' } } })],
    ['an address of their own', (lead: Lead) => ({ ...lead, freeMail: false, person: { ...lead.person, emails: { primaryEmail: 'a@acme.example' } } })],
    ['a higher rank', (lead: Lead) => ({ ...lead, person: { ...lead.person, jobTitle: 'Chief Executive Officer' } })],
  ])('never falls by more of: %s', (_, more) => {
    fc.assert(fc.property(anyLead, (lead) => {
      expect(total(more(lead))).toBeGreaterThanOrEqual(total(lead));
    }));
  });

  test('of somebody of whom nothing is known is 0 and says so', () => {
    const bare = settingsOf({ model: { email: { none: 0 } } });
    expect(scoreLead(leadOf({ person: { emails: { primaryEmail: '' } } }), bare.model, bare.fields)).toEqual({ score: 0, reasons: ['Nothing is known yet that counts.'] });
  });

  test('below zero counts as 0, above 100 as 100, and says what it would have been', () => {
    const harsh = settingsOf({ model: { seniority: { cLevel: 100, junior: -40 } } });
    expect(scoreLead(leadOf({ person: { jobTitle: 'Intern' } }), harsh.model, harsh.fields)).toEqual({ score: 0, reasons: ['-40 early in their career or assisting: Intern', '+2 known: job title', '-38 in all, which counts as 0'] });
    expect(scoreLead(leadOf({ person: { jobTitle: 'CEO', companyId: 'c' } }), harsh.model, harsh.fields)).toMatchObject({ score: 100 });
  });

  test('counts a kind no more than its cap allows, and says so', () => {
    const capped = settingsOf({ model: { forms: [{ points: 30, halfLifeDays: 30, most: 90, says: 'filled in a form' }], completeness: {} } });
    const lead = leadOf({ behaviour: [formDaysAgo(0), formDaysAgo(0), formDaysAgo(0)] });
    expect(scoreLead(lead, capped.model, capped.fields)).toEqual({ score: 40, reasons: ['+90 filled in a form today, 3 times in all', '-50 since what a person does counts 40 at most'] });
  });

  test('sums up what finds no line of its own', () => {
    const short = settingsOf({ ...fullModel, model: { ...fullModel.model, maxReasons: 2 } });
    const lead = leadOf({ person: { jobTitle: 'CEO', companyId: 'c1' }, company: { employees: 20, industry: 'software' }, freeMail: true });
    expect(scoreLead(lead, short.model, short.fields).reasons).toEqual(['+25 C-level: CEO', '+15 industry: software', '0 from 3 smaller reasons']);
  });

  test('a field without a name does not count, nor does a value of another kind', () => {
    const plain = settingsOf({ model: { completeness: {} } });
    expect(scoreLead(leadOf({ company: { employees: 900, industry: 'software' } }), plain.model, plain.fields).score).toBe(0);
    expect(scoreLead(leadOf({ company: { employees: 'many', industry: 7 } }), model, fields).score).toBe(0);
  });
});
