import type { FoundOpportunity, TwentyCompany, WorkspaceMember } from '../../connectors/twenty/index.ts';
import type { Meeting, Participant } from '../../domain/meeting.ts';
import { findMember, memberName } from '../../domain/member.ts';
import type { RunInput } from '../../domain/run.ts';
import { companyDomainOf, isFreeMail } from '../../normalise/web-domain.ts';
import type { Found } from '../../workflows/meeting-notes/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { chooseOpportunity } from './choose-opportunity.ts';
import type { notesSettings } from './meeting-item.ts';
import { optOutOf, type Person, readPeople } from './people.ts';

type Settings = ReturnType<typeof notesSettings>;

/** A meeting and who took part: our own people, and the others. */
export interface Attended {
  readonly meeting: Meeting;
  readonly staff: readonly Participant[];
  readonly guests: readonly Participant[];
}

/** What Twenty has on a set of meetings. */
export interface Records {
  readonly people: ReadonlyMap<string, readonly Person[]>;
  readonly companies: readonly TwentyCompany[];
  readonly opportunities: readonly FoundOpportunity[];
}

/** Reads for all meetings at once: people by address, companies by the domains of those without one, then opportunities. */
export async function readRecords(deps: ActivityDeps, run: RunInput, settings: Settings, all: readonly Attended[]): Promise<Records> {
  const { twenty: connection, opportunity } = settings;
  const optOutField = optOutOf(settings)?.field;
  const emails = all.flatMap(({ staff, guests }) => [...guests, ...(optOutField === undefined ? [] : staff)].flatMap(({ email }) => email ?? []));
  const guests = new Set(all.flatMap((one) => one.guests.flatMap(({ email }) => email ?? [])));
  return onConnection(deps, run, connection, async (context) => {
    const twenty = deps.twenty(connection);
    const people = await readPeople(twenty, emails, optOutField, context);
    const domains = [...guests].flatMap((email) => {
      const person = people.get(email)?.[0];
      return person?.trashed === true || person?.company !== undefined ? [] : (domainOf(email) ?? []);
    });
    const found = (domains.length === 0 ? [] : await twenty.findCompanies({ domains: [...new Set(domains)], names: [] }, midway(context))).filter(({ deletedAt }) => deletedAt === undefined);
    const live = [...guests].flatMap((email) => people.get(email)?.slice(0, 1) ?? []).filter(({ trashed }) => !trashed);
    const of = { companies: [...live.flatMap(({ company }) => company?.id ?? []), ...found.map(({ id }) => id)], contacts: live.map(({ id }) => id) };
    const wanted = opportunity.enabled && of.companies.length + of.contacts.length > 0;
    return { people, companies: found, opportunities: wanted ? await twenty.findOpportunities(of, midway(context)) : [] };
  });
}

/** Whom and what of one meeting there is in Twenty; what lies in the trash is left alone. */
export function foundFor(
  { meeting, staff, guests }: Attended, { people, companies, opportunities }: Records, settings: Settings,
): { readonly found: Found; readonly remarks: readonly string[] } {
  const matches = guests.map((guest) => {
    const domain = guest.email === undefined ? undefined : domainOf(guest.email);
    const company = domain === undefined ? undefined : companies.find(({ domainName }) => companyDomainOf(domainName.primaryLinkUrl) === domain);
    return { guest, company, person: guest.email === undefined ? undefined : people.get(guest.email)?.[0] };
  });
  const live = matches.flatMap(({ guest, person }) => (person === undefined || person.trashed ? [] : [{ id: person.id, name: person.name, email: guest.email! }]));
  const linked = matches.flatMap(({ person, company }) => (person?.trashed === true ? [] : (person?.company ?? (company === undefined ? [] : { id: company.id, name: company.name }))));
  const all = [...new Map(linked.map((one) => [one.id, one])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const own = opportunities.filter(({ companyId, pointOfContactId }) => all.some(({ id }) => id === companyId) || live.some(({ id }) => id === pointOfContactId));
  const { chosen, remark } = chooseOpportunity(own, meeting, settings.opportunity);
  const optOut = optOutOf(settings);
  return {
    found: {
      people: [...new Map(live.map((one) => [one.id, one])).values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      companies: all,
      ...(chosen === undefined ? {} : { opportunity: chosen }),
      staff,
      unknown: matches.flatMap(({ guest, person, company }) => (person === undefined ? [{ ...guest, ...(company === undefined ? {} : { companyId: company.id }) }] : [])),
      trashed: matches.flatMap(({ guest, person }) => (person?.trashed === true ? [{ ...guest, name: person.name }] : [])),
      optedOut: optOut === undefined ? [] : [...new Set([...staff, ...guests].flatMap(({ email }) => (email !== undefined && (people.get(email) ?? []).some(({ wantsNoMail }) => optOut.says(wantsNoMail)) ? [email] : [])))],
    },
    remarks: remark === undefined ? [] : [remark],
  };
}

/** Recorders often know an address and no name; Twenty does. */
export function withNames({ participants, host, ...meeting }: Meeting, members: readonly WorkspaceMember[], { people }: Records): Meeting {
  const named = (one: Participant): Participant => {
    if (one.name !== undefined || one.email === undefined) return one;
    const member = findMember(members, one.email);
    const name = member === undefined ? people.get(one.email)?.[0]?.name : memberName(member);
    return name === undefined || name === '' || name.includes('@') ? one : { ...one, name };
  };
  return { ...meeting, ...(participants === undefined ? {} : { participants: participants.map(named) }), ...(host === undefined ? {} : { host: named(host) }) };
}

/** The domain by which a company is known; undefined for a mail provider's. */
function domainOf(email: string): string | undefined {
  const domain = companyDomainOf(email.slice(email.lastIndexOf('@') + 1));
  return domain === undefined || isFreeMail(domain) ? undefined : domain;
}
