import { companyDomainForWrite, type TwentyClient } from '../../src/connectors/twenty/index.ts';
import type { ResendClient } from '../../src/connectors/resend/index.ts';
import { NOTIFY } from '../config.ts';
import type { Form } from '../forms.ts';

const FREE = { pace: (): Promise<void> => Promise.resolve() };
const DAY_MS = 86_400_000;

/** One call each, with the connectors that Sluice uses. */
export function plainActivities(twenty: TwentyClient, mail: ResendClient) {
  return {
    async findPerson(email: string): Promise<string | undefined> {
      const people = await twenty.findPeopleByEmails([email], FREE);
      return people.find(({ deletedAt }) => deletedAt === undefined)?.id;
    },

    async findCompany(domain: string, name: string): Promise<string | undefined> {
      const companies = await twenty.findCompanies({ domains: [domain], names: [name] }, FREE);
      return companies.find(({ deletedAt }) => deletedAt === undefined)?.id;
    },

    async createCompany(id: string, domain: string, name: string): Promise<string> {
      const [made] = await twenty.createMany('company', [{ id, name, domainName: companyDomainForWrite(domain) }], FREE);
      return idOf(made!);
    },

    async createPerson(id: string, form: Form, companyId: string): Promise<string> {
      const [firstName = '', ...rest] = form.name.split(' ');
      const name = { firstName, lastName: rest.join(' ') };
      const [made] = await twenty.createMany('person', [{ id, name, emails: { primaryEmail: form.email }, companyId }], FREE);
      return idOf(made!);
    },

    async createTask(id: string, form: Form): Promise<string> {
      const dueAt = new Date(Date.now() + DAY_MS).toISOString();
      const task = { id, title: `Follow up: ${form.name}`, bodyV2: { markdown: form.message }, dueAt, status: 'TODO' };
      const [made] = await twenty.createMany('task', [task], FREE);
      return idOf(made!);
    },

    async linkTask(ids: readonly [string, string], taskId: string, personId: string, companyId: string): Promise<void> {
      const links = [{ id: ids[0], taskId, targetPersonId: personId }, { id: ids[1], taskId, targetCompanyId: companyId }];
      for (const made of await twenty.createMany('taskTarget', links, FREE)) idOf(made);
    },

    async mailSales(key: string, form: Form, personId: string): Promise<void> {
      const text = `${form.name} <${form.email}> of ${form.company}:\n\n${form.message}\n\n${twenty.recordUrl('person', personId)}`;
      await mail.sendEmail({ from: NOTIFY.from, to: NOTIFY.to, subject: `New enquiry from ${form.name}`, text, idempotencyKey: key }, FREE);
    },
  };
}

export type PlainActivities = ReturnType<typeof plainActivities>;

function idOf(made: { readonly status: string; readonly id?: string }): string {
  if ((made.status === 'created' || made.status === 'exists') && made.id !== undefined) return made.id;
  throw new Error(`Twenty refused a record: ${made.status}`);
}
