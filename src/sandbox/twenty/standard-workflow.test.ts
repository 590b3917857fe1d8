import { afterEach, expect, it } from 'vitest';
import { startSandboxTwenty } from './index.ts';
import type { SandboxTwenty } from './index.ts';
import { clientOf } from './testing/test-client.ts';

let twenty: SandboxTwenty;

afterEach(() => twenty.close());

async function start(): Promise<ReturnType<typeof clientOf>> {
  twenty = await startSandboxTwenty({ bucket: 'off', standardWorkflow: { delayMs: 1 } });
  return clientOf(twenty);
}

const onlyPerson = (): Readonly<Record<string, unknown>> | undefined => twenty.records('people')[0];

it('a person with a business address gets the company of the domain, made in the form of the real workflow', async () => {
  const { graphql } = await start();
  await graphql('mutation{createPerson(data:{emails:{primaryEmail:"ann@newbiz.example"}}){id}}');
  await twenty.settled();

  const company = twenty.records('companies')[0];
  expect(company).toMatchObject({
    name: 'newbiz.example',
    domainName: { primaryLinkLabel: 'newbiz.example', primaryLinkUrl: 'https://newbiz.example', secondaryLinks: [] },
    createdBy: { source: 'WORKFLOW', workspaceMemberId: null, name: 'Workflow', context: null },
    updatedBy: { source: 'APPLICATION', workspaceMemberId: null, name: 'Standard', context: {} },
  });
  expect(onlyPerson()).toMatchObject({ companyId: company?.id, updatedBy: { source: 'APPLICATION', name: 'Standard' } });
});

it('a link that was set already is overwritten with the company of the domain, in whatever form the domain is kept', async () => {
  const { graphql } = await start();
  const chosen = twenty.asUser.create('companies', { name: 'Chosen' });
  const byDomain = twenty.asUser.create('companies', { name: 'By domain', domainName: { primaryLinkUrl: 'https://www.newbiz.example' } });
  await graphql('mutation($c:ID){createPerson(data:{emails:{primaryEmail:"ann@newbiz.example"},companyId:$c}){id}}', { c: chosen.id });
  await twenty.settled();

  expect({ companyId: onlyPerson()?.companyId, companies: twenty.records('companies').length }).toEqual({ companyId: byDomain.id, companies: 2 });
});

it('personal mail, people from e-mail and changes of other fields make no company', async () => {
  const { graphql } = await start();
  await graphql('mutation($d:[PersonCreateInput!]!){createPeople(data:$d){id}}', { d: [
    { emails: { primaryEmail: 'ann@gmail.com' } }, { emails: { primaryEmail: 'bob@newbiz.example' }, createdBy: { source: 'EMAIL' } }, { jobTitle: 'No address' },
  ] });
  await twenty.settled();
  twenty.asUser.update('people', String(onlyPerson()?.id), { jobTitle: 'Changed' });
  await twenty.settled();

  expect(twenty.records('companies')).toEqual([]);
});

it('an upsert that changes the address runs it too; its calls are not in the ledger', async () => {
  const { graphql } = await start();
  const person = twenty.asUser.create('people', {});
  await graphql('mutation($d:[PersonCreateInput!]!){createPeople(data:$d,upsert:true){id}}', { d: [{ id: person.id, emails: { primaryEmail: 'ann@newbiz.example' } }] });
  await twenty.settled();

  expect(twenty.records('companies').length).toBe(1);
  expect(twenty.ledger.entries.map(({ operation }) => operation)).toEqual(['createPeople']);
});
