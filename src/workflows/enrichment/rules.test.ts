import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerEnd } from '../../connectors/enricher.ts';
import { SENIORITIES, type Profile } from '../../domain/profile.ts';
import type { Unasked } from './contract.ts';
import { dollars, highValueReasons } from './high-value.ts';
import { wantedOf } from './normalise-profile.ts';
import { questionKey, questionOf } from './normalise-question.ts';
import { isFresh, list, unansweredOutcome } from './rules.ts';
import { EnrichmentSettings } from './settings.ts';
import { buyingSignals } from './signals.ts';
import { signalMail } from './wording.ts';

const NOW_MS = Date.parse('2026-06-15T12:00:00Z');
const DAY_MS = 86_400_000;
const settings = (input: object = {}) => EnrichmentSettings.parse({ providers: 'pdl', highValue: {}, signals: { to: 'sales@acme.example', from: 'sluice@acme.example', technologies: ['Snowflake'] }, ...input });
const record = { id: 'r1' };
const reasons = (profile: Profile, input: object = {}) => highValueReasons({ record, profile }, settings(input).highValue!);
const names = (profile: Profile, company?: { id: string }) => buyingSignals({ record, profile, company }, settings().signals!, NOW_MS).map(({ name }) => name);

test('a record is fresh by what Twenty says, else by what is known; by hand an emptied field asks anew', () => {
  const day = (days: number): string => new Date(NOW_MS - days * DAY_MS).toISOString();
  expect([89, 91].map((days) => isFresh({ inTwenty: day(days), known: undefined }, 90, false, NOW_MS))).toEqual([true, false]);
  expect([true, false].map((byHand) => isFresh({ inTwenty: null, known: new Date(day(1)) }, 90, byHand, NOW_MS))).toEqual([false, true]);
  expect(isFresh({ inTwenty: '', known: undefined }, 90, false, NOW_MS)).toBe(false);
});

test('as long as one provider could still know it a record waits; it fails only when all have refused the question', () => {
  const pause = (why: Unasked['why'], untilMs?: number): Unasked => ({ connection: why, why, words: `${why} words`, untilMs });
  const end = (misses: readonly string[], unasked: readonly Unasked[]) => unansweredOutcome({ misses, unasked, noun: 'person', noMatchDays: 30 }, NOW_MS);
  expect(end(['A'], [pause('credits', NOW_MS + 5_000)])).toMatchObject({ state: 'waiting', code: 'no_credits', waitingFor: 'credits', untilMs: NOW_MS + 5_000, reason: 'credits words; A does not know this person. It goes on by itself.' });
  expect(end([], [pause('credits', NOW_MS + 9_000), pause('away', NOW_MS + 4_000), pause('refused')])).toMatchObject({ waitingFor: 'service', untilMs: NOW_MS + 4_000 });
  expect(end(['A', 'B'], [pause('refused')])).toMatchObject({ state: 'skipped', code: 'no_match', reason: 'A and B do not know this person; refused words. Asked again after 30 days at the earliest.' });
  expect(end([], [pause('refused')])).toMatchObject({ state: 'failed', code: 'provider_refused' });
  expect(end([], [])).toMatchObject({ state: 'skipped', code: 'too_little' });
  expect(list(['a', 'b', 'c'])).toBe('a, b and c');
});

test('the bands are lower ends, what is not known fits none, and as many must fit as the settings say', () => {
  expect(reasons({ headcount: 1_000, annualRevenueUsd: 1.2e9, seniority: 'vp', jobTitle: 'VP Sales' })).toEqual(['1,000 employees', '$1.2B revenue a year', 'Vice president: VP Sales']);
  expect(reasons({ headcount: 999, annualRevenueUsd: 99_999_999, seniority: 'director' })).toEqual([]);
  expect(reasons({})).toEqual([]);
  expect(reasons({ headcount: 5_000 }, { highValue: { needs: 2 } })).toEqual([]);
  expect(reasons({ headcount: 5_000 }, { highValue: { headcount: null } })).toEqual([]);
  expect([dollars(950), dollars(1_000_000), dollars(60_500_000)]).toEqual(['$950', '$1M', '$60.5M']);
});

test('more of anything never makes a record worth less', () => {
  fc.assert(fc.property(fc.nat(5_000), fc.nat(5_000), fc.nat(1e9), (headcount, more, annualRevenueUsd) => {
    expect(reasons({ headcount: headcount + more, annualRevenueUsd }).length).toBeGreaterThanOrEqual(reasons({ headcount, annualRevenueUsd }).length);
  }));
});

test('signals are recent funding and jobs, hiring, technologies and another employer, each under a name of its own', () => {
  const profile: Profile = { fundedOn: '2026-05-02', fundingUsd: 60e6, fundingStage: 'Series B', jobStartedOn: '2026-05', jobTitle: 'CEO', companyName: 'Acme', companyDomain: 'acme.example', openJobs: 12, headcountGrowth: 0.3, technologies: ['snowflake'] };
  expect(buyingSignals({ record, profile }, settings().signals!, NOW_MS)).toEqual([
    { name: 'funding 2026-05', words: 'raised $60M (Series B) in May 2026' },
    { name: 'job 2026-05', words: 'began as CEO at Acme in May 2026' },
    { name: 'hiring 2026', words: 'has 12 open positions, grew by 30 % within a year' },
    { name: 'technology snowflake', words: 'uses Snowflake' },
  ]);
  expect(names({ fundedOn: '2025-11-01', jobStartedOn: '2026-02-01', openJobs: 9, headcountGrowth: 0.1, technologies: ['dbt'] })).toEqual([]);
  const at = (primaryLinkUrl: string) => ({ id: 'c1', name: 'Old Co', domainName: { primaryLinkUrl } });
  expect(names({ companyDomain: 'acme.example' }, at('https://old.example'))).toEqual(['moved acme.example']);
  expect(names({ companyDomain: 'www.acme.example' }, at('https://acme.example'))).toEqual([]);
});

test('the same profile always gives the same signals, each name once', () => {
  const day = fc.integer({ min: -400, max: 10 }).map((days) => new Date(NOW_MS + days * DAY_MS).toISOString().slice(0, 10));
  fc.assert(fc.property(fc.record({ fundedOn: day, jobStartedOn: day, openJobs: fc.nat(50), headcountGrowth: fc.double({ min: -1, max: 3, noNaN: true }), companyDomain: fc.constantFrom('acme.example', 'b.example') }), (profile) => {
    const once = names(profile, { id: 'c1' });
    expect(new Set(once).size).toBe(once.length);
    expect(names(profile, { id: 'c1' })).toEqual(once);
  }));
});

test('a question is known again by the strongest thing it says, which filling the record does not change', () => {
  const company = { id: 'c1', name: 'Acme', domainName: { primaryLinkUrl: 'https://www.Acme.example/' } };
  const person = { id: 'p1', name: { firstName: 'Ann', lastName: '' }, emails: { primaryEmail: 'ann@acme.example' } };
  const before = questionOf('person', person, undefined);
  const after = questionOf('person', { ...person, name: { firstName: 'Ann', lastName: 'Lee' }, linkedinLink: { primaryLinkUrl: 'linkedin.com/in/ann' } }, company);
  expect(before).toEqual({ email: 'ann@acme.example', firstName: 'Ann', domain: 'acme.example' });
  expect(questionKey('person', after)).toBe(questionKey('person', before));
  expect(questionOf('person', { id: 'p2', emails: { primaryEmail: 'ann@gmail.com' } }, undefined)).toEqual({ email: 'ann@gmail.com' });
  expect(questionOf('company', company, undefined)).toEqual({ domain: 'acme.example', companyName: 'Acme' });
  expect([questionKey('person', { firstName: 'Ann', lastName: 'Lee' }), questionKey('person', {}), questionKey('company', { companyName: 'Acme' })]).toEqual([undefined, undefined, 'name:acme']);
});

test('values fit Twenty: money in micros, phones in parts, links in one spelling, and what cannot be placed is left out', () => {
  const wanted = (object: 'person' | 'company', profile: Profile) => Object.fromEntries(wantedOf(settings({ object }), profile).map(({ field, value }) => [field, value]));
  expect(wanted('company', { companyName: 'Acme', annualRevenueUsd: 500_000_000_000, headcount: 51, city: 'Oakland', linkedin: 'linkedin.com/company/acme' })).toEqual({
    name: 'Acme', linkedinLink: { primaryLinkUrl: 'https://www.linkedin.com/company/acme' }, address: { addressCity: 'Oakland' }, annualRevenue: { amountMicros: 500_000_000_000_000_000, currencyCode: 'USD' }, employees: 51,
  });
  expect(wanted('person', { phone: '0301234567', jobTitle: ' CEO\n', seniority: 'c_level' })).toEqual({ jobTitle: 'CEO', seniority: 'C-level' });
  fc.assert(fc.property(fc.integer({ min: 0, max: 500_000_000_000 }), (annualRevenueUsd) => {
    const { amountMicros } = (wanted('company', { annualRevenueUsd })['annualRevenue'] ?? { amountMicros: 0 }) as { amountMicros: number };
    expect(JSON.stringify(amountMicros)).toBe(annualRevenueUsd === 0 ? '0' : `${String(annualRevenueUsd)}000000`);
  }));
});

test('ranges count by their lower end', () => {
  expect(['51-200', '10001+', '$50M-$100M', '$1.5B+', '11-50', 'unknown', '', undefined].map(lowerEnd)).toEqual([51, 10_001, 50_000_000, 1_500_000_000, 11, undefined, undefined, undefined]);
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (from, more) => {
    expect(lowerEnd(`${String(from)}-${String(from + more)}`)).toBe(from);
  }));
});

test('what providers say cannot become part of a mail’s markup or a header of it', () => {
  fc.assert(fc.property(fc.string(), (name) => {
    const { html, subject } = signalMail([{ name, url: 'https://crm.acme.example/x', signals: [`<b>${name}`] }], undefined);
    expect(html).not.toContain('<b>');
    expect(subject).not.toMatch(/[\r\n]/);
  }));
});

test('every seniority has words and a place', () => expect(SENIORITIES.every((seniority) => reasons({ seniority }, { highValue: { seniority: [seniority] } }).length === 1)).toBe(true));
