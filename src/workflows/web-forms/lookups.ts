import type { FieldValue, FormLead } from './contract.ts';
import type { Assignee } from './settings.ts';

export { findMember } from '../../domain/member.ts';

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

function partsOf(value: FieldValue): string {
  return typeof value === 'object' && !Array.isArray(value) ? `{${Object.keys(value).join(' ')}}` : '';
}
