import type { SandboxTwenty } from '../index.ts';

/** Makes the sandbox hold what the recorded requests rely on: fields and records of the recorded server's demo workspace. */
export async function prepareDemoWorkspace(sandbox: SandboxTwenty, story: string): Promise<void> {
  for (const field of demoFields) await post(sandbox, '/rest/metadata/fields', field);
  if (story === 'rest-writes') {
    sandbox.asUser.create('companies', { id: '20202020-a305-41e7-8c72-ba44072a4c58', name: 'Search' });
    sandbox.asUser.create('companies', { name: 'House', domainName: { primaryLinkUrl: 'housecallpro.com' } });
    sandbox.asUser.create('workspaceMembers', {
      id: '20202020-0687-4c41-b707-ed1bfca972a7', userEmail: 'member@example.com', userId: '20202020-9e3b-46d4-a556-88b9ddc2b034',
    });
    for (let number = 0; number < 201; number += 1) sandbox.asUser.create('people', { emails: { primaryEmail: `seed${number}@example.com` } });
  }
  if (story === 'views') {
    const company = sandbox.asUser.create('companies', { name: 'House' });
    sandbox.asUser.create('people', { name: { firstName: 'Jeffery' }, companyId: company.id });
  }
  if (story === 'rest-awkward') {
    await post(sandbox, '/rest/people', {
      id: '7e57ba00-0020-4000-8000-000000000001', name: { firstName: "O'Brien, Jr (x)", lastName: 'A"B' }, jobTitle: '50% off',
      emails: { primaryEmail: 'o.brien+tag@batch.test' },
    });
  }
  if (story === 'rest-reads') {
    const company = sandbox.asUser.create('companies', { name: 'Hardware', domainName: { primaryLinkUrl: 'hardware.example' } });
    for (const [number, id] of recordedPeople.entries()) {
      sandbox.asUser.create('people', {
        id, name: { firstName: 'Jeffery', lastName: `Number ${number}` }, jobTitle: 'Radiographer', companyId: company.id,
        emails: { primaryEmail: number === 2 ? 'lee.jones@example.com' : `number${number}@example.com` },
      });
    }
  }
}

const recordedPeople = [
  '20202020-b000-4485-94de-70c2a98daef2', '20202020-b003-415a-9051-133248495f7f', '20202020-b00e-4bc1-87c8-00aeb49c10f8', '20202020-b012-44c1-9fdc-90f110962d07',
  '20202020-b017-4ae0-9ece-01dcfa9627e8',
];

const person = '282e3cb6-6577-437a-8b07-59afc91452f7';
const company = '9333d01f-5f64-491b-9769-def902d0a66c';

const demoFields = [
  { objectMetadataId: person, type: 'TEXT', name: 'intro', label: 'Intro' },
  { objectMetadataId: person, type: 'PHONES', name: 'whatsapp', label: 'Whatsapp', defaultValue: { primaryPhoneCallingCode: "'+33'", primaryPhoneCountryCode: "'FR'" } },
  { objectMetadataId: person, type: 'MULTI_SELECT', name: 'workPreference', label: 'Work Preference', options: [{ label: 'Hybrid', value: 'HYBRID', position: 0 }] },
  { objectMetadataId: person, type: 'RATING', name: 'performanceRating', label: 'Performance Rating' },
  { objectMetadataId: company, type: 'NUMBER', name: 'employees', label: 'Employees' },
  { objectMetadataId: company, type: 'TEXT', name: 'tagline', label: 'Tagline', defaultValue: "''" },
  { objectMetadataId: company, type: 'LINKS', name: 'introVideo', label: 'Intro Video' },
  { objectMetadataId: company, type: 'MULTI_SELECT', name: 'workPolicy', label: 'Work Policy', options: [{ label: 'Hybrid', value: 'HYBRID', position: 0 }] },
  { objectMetadataId: company, type: 'BOOLEAN', name: 'visaSponsorship', label: 'Visa Sponsorship', defaultValue: false },
];

async function post(sandbox: SandboxTwenty, path: string, body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' };
  const response = await fetch(sandbox.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
}
