import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExternalScorer, questionOf, scoreOfAnswer } from './external.ts';
import { anyLead, leadOf } from './lead.fixture.ts';

const scorerOf = (input: Partial<Parameters<typeof ExternalScorer.parse>[0] & object> = {}) => ExternalScorer.parse({ connection: 'madkudu', ...input });

test('a lead is asked about by its address in lower case, its company’s domain and the attributes that it has', () => {
  const scorer = scorerOf({ attributes: { title: 'person.jobTitle', firm: 'company.name', first: 'person.name.firstName', seats: 'company.seats' } });
  const lead = leadOf({ person: { emails: { primaryEmail: 'Ann@Mail.Acme.example' }, jobTitle: 'CEO' }, company: { domainName: { primaryLinkUrl: 'https://www.acme.example/en' } } });
  expect(questionOf(lead, scorer)).toEqual({ id: 'p1', email: 'ann@mail.acme.example', domain: 'acme.example', attributes: { title: 'CEO', firm: 'Acme', first: 'Ann' } });
  expect(questionOf(leadOf({ person: { emails: { primaryEmail: 'ann@gmail.com' } }, freeMail: true }), scorer)).toMatchObject({ email: 'ann@gmail.com' });
  expect(questionOf(leadOf({ person: { emails: { primaryEmail: 'ann@gmail.com' } }, freeMail: true }), scorer)).not.toHaveProperty('domain');
  expect(questionOf(leadOf({ person: { emails: null } }), scorer)).toBeUndefined();
});

test('the same lead is asked about in the same words, and without a hint of what is not known', () => {
  fc.assert(fc.property(anyLead, (lead) => {
    const question = questionOf(lead, scorerOf());
    expect(question).toEqual(questionOf(structuredClone(lead), scorerOf()));
    expect(Object.values(question?.attributes ?? {})).not.toContain('');
    if (question !== undefined) expect(question.email ?? question.domain).toBeTruthy();
  }));
});

test('any answer is a whole score from 0 to 100 with at least one reason and not more than are wanted, or none at all', () => {
  const anyAnswer = fc.record({ score: fc.option(fc.double(), { nil: undefined }), grade: fc.option(fc.oneof(fc.constantFrom('A', 'Very Good', 'very_good', 'hot', 'lukewarm'), fc.string()), { nil: undefined }), reasons: fc.array(fc.string(), { maxLength: 12 }) });
  fc.assert(fc.property(anyAnswer, fc.integer({ min: 1, max: 30 }), ({ score, grade, reasons }, maxReasons) => {
    const result = scoreOfAnswer({ reasons, ...(score === undefined ? {} : { score }), ...(grade === undefined ? {} : { grade }) }, scorerOf({ grades: { Hot: 90 }, maxReasons }));
    if (score === undefined && grade === 'lukewarm') expect(result).toBeUndefined();
    if (result === undefined) {
      expect(score === undefined || !Number.isFinite(score)).toBe(true);
      return;
    }
    expect(Number.isInteger(result.score) && result.score >= 0 && result.score <= 100).toBe(true);
    expect(result.reasons.length).toBeGreaterThanOrEqual(1);
    expect(result.reasons.length).toBeLessThanOrEqual(maxReasons);
    expect(result.reasons.every((line) => line !== '' && !line.includes('\n'))).toBe(true);
  }));
});

test('a grade without a score has one: the tool’s, or the configuration’s', () => {
  const graded = (grade: string): number | undefined => scoreOfAnswer({ grade, reasons: [] }, scorerOf({ grades: { 'Sales ready': 80, good: 70 } }))?.score;
  expect(['Very good', 'MEDIUM', 'A', 'sales_ready', 'good', 'nonsense'].map(graded)).toEqual([92, 59, 95, 80, 70, undefined]);
});
