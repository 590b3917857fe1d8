import type { UpdatePolicy, WebFormsSettings } from '../../workflows/web-forms/settings.ts';
import type { PersonGroup } from './form-item.ts';

const FILL: UpdatePolicy = { default: 'fill', overwrite: [], fill: [] };

/** The configured policy; a submission that is older than one already worked off only fills blanks. */
export function policyFor(settings: WebFormsSettings, group: PersonGroup): UpdatePolicy {
  return group.members.some(({ data }) => data.fillOnly) ? FILL : settings.policy;
}
