import type { FieldNeed, WorkspaceNeeds } from '../../config/needs.ts';
import { inputFields, type LeadScoringSettings } from './settings.ts';

/** Counts without being configured where the workspace has it; Twenty's standard company has no headcount. */
export const USUAL_EMPLOYEES = 'employees';

/** Fields of a person whose change is worth a new score. Who made a record never changes. */
export function watchedFields(settings: LeadScoringSettings): readonly string[] {
  return settings.watch ?? inputFields(settings).person.filter((name) => name !== 'createdBy');
}

/** What is read of a person and of the company, and must be there. */
export function readFields(settings: LeadScoringSettings): { readonly person: readonly string[]; readonly company: readonly string[] } {
  const { person, company } = inputFields(settings);
  const { owner } = settings.fields;
  return { person: [...new Set([...person, ...watchedFields(settings), ...(owner === undefined ? [] : [owner])])], company };
}

/** The fields that Sluice writes, for `sluice setup` to make. */
export function scoringNeeds({ twenty, write }: LeadScoringSettings): WorkspaceNeeds {
  const person = (need: Omit<FieldNeed, 'object'>): FieldNeed => ({ object: 'person', ...need });
  return {
    connection: twenty,
    fields: [
      person({ name: write.score, type: 'NUMBER', label: 'Lead score', description: 'From 0 to 100, worked out by Sluice', icon: 'IconGauge', decimals: 0 }),
      person({ name: write.reasons, type: 'TEXT', label: 'Lead score reasons', description: 'What the lead score is made of', icon: 'IconListDetails' }),
      person({ name: write.scoredAt, type: 'DATE_TIME', label: 'Lead scored at', description: 'When the lead score last changed', icon: 'IconClock' }),
    ],
  };
}
