import type { FieldValue, FormLead } from './contract.ts';
import type { Assignee } from './settings.ts';

/** What to look companies up by, for all leads of a set in one find. */
export function companyKeysOf(leads: readonly FormLead[]): { readonly domains: readonly string[]; readonly names: readonly string[] } {
  return {
    domains: [...new Set(leads.flatMap((lead) => lead.companyDomain ?? []))],
    names: [...new Set(leads.flatMap((lead) => lead.companyName ?? []))],
  };
}

/** The workspace's own fields that must be read to plan a patch, as selections: `leadSource`, `website{primaryLinkUrl}`. */
export function extraFields(leads: readonly FormLead[], object: 'person' | 'company'): readonly string[] {
  return [...new Set(leads.flatMap((lead) => Object.entries(lead[object]).map(([name, value]) => `${name}${partsOf(value)}`)))];
}

/** Whether the next turn must be drawn before the assignee is known. */
export function goesByTurns(assignee: Assignee | undefined): boolean {
  return typeof assignee === 'object' && 'turns' in assignee;
}

/** Who is to follow up, by name or e-mail as configured; undefined for nobody. A function may throw: the caller's to report. */
export async function wantedAssignee(assignee: Assignee | undefined, lead: FormLead, turn: number): Promise<string | undefined> {
  if (assignee === undefined) return undefined;
  if (typeof assignee === 'function') return assignee(lead);
  return 'member' in assignee ? assignee.member : assignee.turns[turn % assignee.turns.length];
}

interface Member {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** A workspace member by e-mail address or by full name, whatever the case. Two members of one name are nobody: use the address. */
export function findMember<M extends Member>(members: readonly M[], wanted: string): M | undefined {
  const key = wanted.trim().replace(/\s+/g, ' ').toLowerCase();
  const byEmail = members.find((member) => member.email.toLowerCase() === key);
  if (byEmail !== undefined) return byEmail;
  const byName = members.filter((member) => `${member.firstName} ${member.lastName}`.trim().replace(/\s+/g, ' ').toLowerCase() === key);
  return byName.length === 1 ? byName[0] : undefined;
}

function partsOf(value: FieldValue): string {
  return typeof value === 'object' && !Array.isArray(value) ? `{${Object.keys(value).join(' ')}}` : '';
}
