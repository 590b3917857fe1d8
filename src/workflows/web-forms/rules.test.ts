import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLead, anyPolicy, applied, companyOf, filling, freeMailLead, leadOf, personOf } from './lead.fixture.ts';
import { planPersonPatch } from './plan.ts';
import { chooseCompanies, chooseCompany, mergeLeads } from './rules.ts';

describe('merging the submissions of one person', () => {
  test('gives what working them off one by one would have given', () => {
    fc.assert(
      fc.property(fc.array(anyLead, { minLength: 1, maxLength: 5 }), anyPolicy, (leads, policy) => {
        const oneByOne = leads.reduce((record, lead) => applied(record, planPersonPatch(record, lead, policy)), personOf());
        const atOnce = applied(personOf(), planPersonPatch(personOf(), mergeLeads(leads, policy), policy));
        expect(atOnce).toEqual(oneByOne);
      }),
    );
  });

  test('loses no field that any of them filled, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(anyLead, { minLength: 1, maxLength: 5 }), anyPolicy, (leads, policy) => {
        const merged = mergeLeads(leads, policy);
        for (const field of ['jobTitle', 'linkedin', 'phone', 'message'] as const) {
          expect(merged[field] !== undefined).toBe(leads.some((lead) => lead[field] !== undefined));
        }
        expect(new Set(Object.keys(merged.person))).toEqual(new Set(leads.flatMap((lead) => Object.keys(lead.person))));
        expect(merged.name.lastName !== '').toBe(leads.some((lead) => lead.name.lastName !== ''));
      }),
    );
  });

  test('keeps every message, file and remark', () => {
    const merged = mergeLeads([leadOf({ message: 'One', remarks: ['a'] }), leadOf({ message: 'Two', remarks: ['a', 'b'], files: [{ name: 'x' }] })], filling);
    expect([merged.message, merged.remarks, merged.files]).toEqual(['One\n\nTwo', ['a', 'b'], [{ name: 'x' }]]);
  });

  test('takes a company whole: the name of one is never joined to the domain of another', () => {
    const byMail = leadOf();
    const other = leadOf({ companyName: 'Beta', companyDomain: 'beta.example', companyDomainFrom: 'website' });
    expect(mergeLeads([byMail, other], filling)).toMatchObject({ companyDomain: 'acme.example' });
    expect(mergeLeads([byMail, other], filling).companyName).toBeUndefined();
    expect(mergeLeads([byMail, leadOf({ companyName: 'Acme' })], filling)).toMatchObject({ companyDomain: 'acme.example', companyName: 'Acme' });
  });
});

describe('choosing a company', () => {
  test.each(['acme.example', 'http://acme.example', 'https://www.Acme.example/', 'ACME.example'])('finds the one of the domain stored as %s', (stored) => {
    expect(chooseCompany(leadOf(), [companyOf('c1', 'Whatever', stored)])).toEqual({ kind: 'existing', id: 'c1', via: 'domain', differsFromEmailDomain: false });
  });

  test('takes the exact domain before one of its subdomains, and the oldest of several', () => {
    const found = [companyOf('sub', 'Shop', 'https://shop.acme.example', '2020-01-01'), companyOf('new', 'New', 'acme.example', '2026-02-01'), companyOf('old', 'Old', 'https://acme.example', '2026-01-01')];
    expect(chooseCompany(leadOf(), found)).toMatchObject({ id: 'old' });
    expect(chooseCompany(leadOf(), found.slice(0, 1))).toMatchObject({ id: 'sub', differsFromEmailDomain: false });
  });

  test('a domain that only ends alike is another company', () => {
    expect(chooseCompany(leadOf(), [companyOf('c1', 'Macme', 'https://macme.example')])).toMatchObject({ kind: 'create' });
  });

  test('finds by name when the domain is unknown, and says that Twenty will link elsewhere', () => {
    const lead = leadOf({ companyName: 'beta gmbh' });
    expect(chooseCompany(lead, [companyOf('c1', 'Beta GmbH', 'https://beta.example')])).toEqual({ kind: 'existing', id: 'c1', via: 'name', differsFromEmailDomain: true });
  });

  test('a named website makes two companies of one name', () => {
    const lead = leadOf({ companyName: 'Beta', companyDomain: 'beta.test', companyDomainFrom: 'website' });
    expect(chooseCompany(lead, [companyOf('c1', 'Beta', 'https://beta.example')])).toMatchObject({ kind: 'create', domain: 'beta.test', differsFromEmailDomain: true });
  });

  test('several companies of one name and other domains are none of them', () => {
    const found = [companyOf('c1', 'Beta', 'https://beta.example'), companyOf('c2', 'Beta', 'https://beta.test')];
    expect(chooseCompany(leadOf({ companyName: 'Beta' }), found)).toMatchObject({ kind: 'create', naturalKey: 'domain:acme.example' });
    expect(chooseCompany(leadOf({ companyName: 'Beta' }), [...found, companyOf('c3', 'BETA')])).toMatchObject({ kind: 'existing', id: 'c3' });
  });

  test('free mail makes no company, unless one is named', () => {
    expect(chooseCompany(freeMailLead(), [])).toEqual({ kind: 'none' });
    expect(chooseCompany(freeMailLead({ companyName: '!!!' }), [])).toEqual({ kind: 'none' });
    expect(chooseCompany(freeMailLead({ companyName: 'Acme' }), [])).toEqual({
      kind: 'create', naturalKey: 'name:acme', naturalKeys: ['name:acme'], name: 'Acme', differsFromEmailDomain: false,
    });
  });

  test("a company known only by its domain is called by it, as Twenty's own workflow does", () => {
    expect(chooseCompany(leadOf(), [])).toEqual({
      kind: 'create', naturalKey: 'domain:acme.example', naturalKeys: ['domain:acme.example'], name: 'acme.example', domain: 'acme.example', differsFromEmailDomain: false,
    });
  });

  test('all who mean one new company share it, by domain or by name, in any order', () => {
    const leads = [
      freeMailLead({ companyName: 'acme' }), leadOf(), leadOf({ companyName: 'Acme' }), freeMailLead({ companyName: 'A.C.M.E.' }),
      leadOf({ email: 'bo@acme.example' }), freeMailLead({ companyName: 'Other' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(leads, { minLength: leads.length }), (shuffled) => {
        const keys = chooseCompanies(shuffled, []).map((choice) => (choice.kind === 'create' ? choice.naturalKey : choice.kind));
        expect(keys).toEqual(shuffled.map((lead) => (lead.companyName === 'Other' ? 'name:other' : 'domain:acme.example')));
      }),
    );
  });

  test('a set chooses for each lead; alone it would have chosen the same among what is known', () => {
    const found = [companyOf('c1', 'Acme', 'https://acme.example')];
    expect(chooseCompanies([leadOf(), freeMailLead({ companyName: 'ACME' })], found).map((choice) => choice.kind === 'existing' && choice.id)).toEqual(['c1', 'c1']);
  });
});
