import type { CompanyChoice, FormLead } from '../../workflows/web-forms/contract.ts';
import type { WebFormsSettings } from '../../workflows/web-forms/settings.ts';
import type { RunInput } from '../../domain/run.ts';
import { type Item, loadItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';

/** What a run knows of one submission; filled in step by step. */
export interface FormItem {
  readonly lead: FormLead;
  /** A newer submission of this person has succeeded already: only blanks may be filled. */
  readonly fillOnly: boolean;
  /** ISO 8601 instant; due dates count from it. */
  readonly receivedAt: string;
  /** An earlier run may have done part of the work. */
  readonly again: boolean;
  /** The person of the lead's address. `incomplete`: something of the lead is to be written to the record. */
  readonly person?: { readonly id: string; readonly how: 'found' | 'created' | 'trashed'; readonly companyId?: string; readonly incomplete?: boolean; readonly changed?: boolean };
  readonly choice?: CompanyChoice;
  /** When the companies were searched, milliseconds since 1970. */
  readonly choiceAtMs?: number;
  readonly company?: { readonly id: string; readonly how: 'existing' | 'created'; readonly via: 'domain' | 'name'; readonly differs: boolean };
  readonly task?: { readonly id: string; readonly title: string; readonly dueAt: string; readonly assignee?: string };
}

export type FormMember = Item<FormItem>;

/** Submissions of one address in one set: they mean one person. The first one leads. */
export interface PersonGroup {
  readonly leader: FormMember;
  readonly members: readonly FormMember[];
}

export function groupByEmail(items: readonly FormMember[]): readonly PersonGroup[] {
  const groups = new Map<string, FormMember[]>();
  for (const item of items) {
    const group = groups.get(item.data.lead.email);
    if (group === undefined) groups.set(item.data.lead.email, [item]);
    else group.push(item);
  }
  return [...groups.values()].map((members) => ({ leader: members[0]!, members }));
}

/** The settings of the run's integration. Throws when the configuration has it no more. */
export function formSettings(deps: ActivityDeps, run: RunInput): WebFormsSettings {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return integration.settings as WebFormsSettings;
}

export function loadForms(deps: ActivityDeps, run: RunInput): Promise<readonly FormMember[]> {
  return loadItems<FormItem>(deps.database, run);
}

/** The key of one submission's effect at one step. */
export function effectKey(run: RunInput, deliveryId: string, step: string): string {
  return `${run.integration}/${deliveryId}/${step}`;
}
