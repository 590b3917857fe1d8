import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyLead, anyPolicy, applied, companyOf, filling, leadOf, personOf, settingsOf } from './lead.fixture.ts';
import { companyInput, personInput, planCompanyPatch, planPersonPatch, taskBody, taskInput, taskTargets, taskTitle } from './plan.ts';

const phone = { primaryPhoneNumber: '612345678', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' };
const full = leadOf({ jobTitle: 'CTO', linkedin: 'https://www.linkedin.com/in/ann', phone, person: { leadSource: 'WEB', budget: 5 } });

describe('completing a known person', () => {
  test('blanks are filled, a country code beside an empty number counts as blank', () => {
    expect(planPersonPatch(personOf(), full, filling, 'c1')).toEqual({
      name: { firstName: 'Ann', lastName: 'Berg' }, phones: phone, jobTitle: 'CTO', linkedinLink: { primaryLinkUrl: 'https://www.linkedin.com/in/ann' },
      companyId: 'c1', leadSource: 'WEB', budget: 5,
    });
  });

  test('what is filled stays, except where the policy overwrites', () => {
    const now = personOf({ name: { firstName: 'Anna', lastName: '' }, jobTitle: 'CEO', companyId: 'c0', phones: { ...phone, primaryPhoneNumber: '699999999' } });
    expect(planPersonPatch(now, full, filling, 'c1')).toEqual({
      name: { lastName: 'Berg' }, linkedinLink: { primaryLinkUrl: 'https://www.linkedin.com/in/ann' }, leadSource: 'WEB', budget: 5,
    });
    expect(planPersonPatch(now, leadOf({ jobTitle: 'CTO' }), { ...filling, overwrite: ['jobTitle', 'company'] }, 'c1')).toEqual({
      name: { lastName: 'Berg' }, jobTitle: 'CTO', companyId: 'c1',
    });
  });

  test('the same link with a slash, the same day as an instant and the same options in another order are no change', () => {
    const now = personOf({ name: { firstName: 'Ann', lastName: 'Berg' }, linkedinLink: { primaryLinkUrl: 'https://LinkedIn.com/in/ann/' }, start: '2026-12-01T00:00:00.000Z', tags: ['B', 'A'], website: { primaryLinkUrl: 'http://acme.example' } });
    const lead = leadOf({ linkedin: 'https://www.linkedin.com/in/ann', person: { start: '2026-12-01', tags: ['A', 'B'], website: { primaryLinkUrl: 'https://acme.example/' } } });
    expect(planPersonPatch(now, lead, { default: 'overwrite', overwrite: [], fill: [] })).toBeUndefined();
  });

  test('planned again after it was applied, nothing is left to do', () => {
    fc.assert(
      fc.property(anyLead, anyLead, anyPolicy, (before, lead, policy) => {
        const record = applied(personOf(), planPersonPatch(personOf(), before, policy));
        const after = applied(record, planPersonPatch(record, lead, policy, 'c1'));
        expect(planPersonPatch(after, lead, policy, 'c1')).toBeUndefined();
      }),
    );
  });

  test('filling never changes what is there, and no policy blanks anything or touches the addresses', () => {
    fc.assert(
      fc.property(anyLead, anyLead, anyPolicy, (before, lead, policy) => {
        const record = applied(personOf(), planPersonPatch(personOf(), before, filling));
        const filled = applied(record, planPersonPatch(record, lead, filling));
        for (const field of ['jobTitle', 'phones', 'linkedinLink'] as const) {
          if (before[field === 'phones' ? 'phone' : field === 'linkedinLink' ? 'linkedin' : field] !== undefined) expect(filled[field]).toEqual(record[field]);
        }
        const patch = planPersonPatch(record, lead, policy) ?? {};
        expect(Object.keys(patch)).not.toContain('emails');
        expect(JSON.stringify(patch)).not.toMatch(/""|null/);
      }),
    );
  });
});

describe('completing a known company', () => {
  test('a company named by its domain gets its name, one found by name its domain', () => {
    const named = leadOf({ companyName: 'Acme GmbH', company: { industry: 'IT' } });
    expect(planCompanyPatch(companyOf('c1', 'acme.example', 'https://acme.example'), named, filling, 'domain')).toEqual({ name: 'Acme GmbH', industry: 'IT' });
    expect(planCompanyPatch(companyOf('c1', 'Acme GmbH'), named, filling, 'name')).toEqual({
      industry: 'IT', domainName: { primaryLinkUrl: 'https://acme.example', primaryLinkLabel: 'acme.example' },
    });
  });

  test('its name is overwritten only where the policy says so, its domain never', () => {
    const named = leadOf({ companyName: 'Acme AG' });
    const now = companyOf('c1', 'Acme GmbH', 'https://acme.test');
    expect(planCompanyPatch(now, named, filling, 'domain')).toBeUndefined();
    expect(planCompanyPatch(now, named, { default: 'overwrite', overwrite: [], fill: [] }, 'domain')).toEqual({ name: 'Acme AG' });
  });
});

describe('new records', () => {
  test('a person, a company and a task as Twenty takes them', () => {
    const { task } = settingsOf({ task: { title: 'Call {name} of {company} {unknown}' } });
    const lead = leadOf({ companyName: 'Acme', message: 'Hello\n  there', remarks: ['Phone as written: 12'], files: [{ name: 'cv.pdf', url: 'https://x.test/cv.pdf' }, { name: 'b.pdf' }], phone });
    expect(personInput(lead, 'p1', 'c1')).toEqual({
      id: 'p1', emails: { primaryEmail: 'ann@acme.example' }, name: { firstName: 'Ann', lastName: 'Berg' }, phones: phone, companyId: 'c1',
    });
    expect(companyInput({ kind: 'create', naturalKey: 'k', naturalKeys: ['k'], name: 'Acme', domain: 'acme.example', differsFromEmailDomain: false }, 'c1', { industry: 'IT' })).toEqual({
      id: 'c1', name: 'Acme', domainName: { primaryLinkUrl: 'https://acme.example', primaryLinkLabel: 'acme.example' }, industry: 'IT',
    });
    expect(taskInput(lead, taskTitle(lead, task), 't1', '2026-11-23T16:00:00.000Z', 'm1')).toEqual({
      id: 't1', title: 'Call Ann Berg of Acme {unknown}', status: 'TODO', dueAt: '2026-11-23T16:00:00.000Z', assigneeId: 'm1',
      bodyV2: { markdown: 'Hello\n  there\n\n- Phone as written: 12\n- File: cv.pdf https://x.test/cv.pdf\n- File not kept: b.pdf' },
    });
    expect(taskTargets('t1', 'p1', 'c1')).toEqual([{ taskId: 't1', targetPersonId: 'p1' }, { taskId: 't1', targetCompanyId: 'c1' }]);
    expect(taskBody(leadOf())).toBe('');
  });

  test('a message longer than a call can carry is shortened and says so', () => {
    const body = taskBody(leadOf({ message: 'x'.repeat(50_000) }));
    expect(body).toMatch(/^x{10000}…\n\n\(The message goes on/);
  });

  test('a title is one line of at most 200 characters and never empty', () => {
    const { task } = settingsOf({ task: { title: (lead) => (lead.jobTitle === 'x' ? ' \n ' : `a\nb${'c'.repeat(300)}`) } });
    expect(taskTitle(leadOf({ jobTitle: 'x' }), task)).toBe('Follow up: Ann Berg');
    expect(taskTitle(leadOf(), task)).toMatch(/^a bc{197}$/);
  });
});
