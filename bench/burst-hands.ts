import { clickHouseStandIn } from '../src/sandbox/tools/clickhouse.ts';
import type { StandIn } from '../src/sandbox/tools/index.ts';
import { peopleDataLabsStandIn } from '../src/sandbox/tools/people-data-labs.ts';
import { smartleadStandIn } from '../src/sandbox/tools/smartlead.ts';
import type { SandboxTwenty } from '../src/sandbox/twenty/index.ts';

const COMPANIES = 50;

/** The tools of the bursts: they know everybody and hold a row for each of `records` companies. */
export function burstStandIns(records: number): readonly StandIn[] {
  return [
    peopleDataLabsStandIn({ knows: ({ email }) => (email === undefined ? undefined : { jobTitle: 'Operator', city: 'Oakland', linkedin: `https://www.linkedin.com/in/${email.replace(/@.*$/, '')}` }), credits: Infinity }),
    smartleadStandIn(),
    clickHouseStandIn({
      tables: {
        usage: {
          columns: [{ name: 'account_id', type: 'text' }, { name: 'domain', type: 'text' }, { name: 'active_users', type: 'number' }],
          rows: Array.from({ length: records }, (_, n) => [`acc-${String(n).padStart(6, '0')}`, domainOf(n), 1 + (n % 90)]),
        },
      },
    }),
  ];
}

/** What a signed-in user does in the stand-in's workspace, many at once. */
export function burstHands(twenty: SandboxTwenty) {
  const ids: string[] = [];
  return {
    /** People of fifty companies. */
    makePeople: (count: number): Promise<void> => {
      const companies = Array.from({ length: COMPANIES }, (_, n) => String(twenty.asUser.create('companies', { name: `Company ${String(n)}`, domainName: { primaryLinkUrl: `https://${domainOf(n)}` } })['id']));
      for (let n = 0; n < count; n += 1) {
        const person = twenty.asUser.create('people', {
          name: { firstName: 'Ada', lastName: `Number${String(n)}` }, emails: { primaryEmail: `ada.${String(n)}@${domainOf(n % COMPANIES)}` }, jobTitle: 'Gardener', companyId: companies[n % COMPANIES],
        });
        ids.push(String(person['id']));
      }
      return Promise.resolve();
    },
    /** Each of them becomes somebody else. */
    editPeople: (jobTitle: string): Promise<void> => {
      for (const id of ids) twenty.asUser.update('people', id, { jobTitle });
      return Promise.resolve();
    },
    makeCompanies: (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) twenty.asUser.create('companies', { name: `Company ${String(n)}`, domainName: { primaryLinkUrl: `https://${domainOf(n)}` } });
      return Promise.resolve();
    },
  };
}

function domainOf(n: number): string {
  return `company-${String(n)}.example`;
}
