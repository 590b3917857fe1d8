import type { FieldNeed, WorkspaceNeeds } from '../../config/needs.ts';
import { fieldsOf, type SequenceState, STATES } from './rules.ts';
import type { EmailSequencesSettings } from './settings.ts';

/** Fields of a person whose change is worth a look: what the rules read, and what speaks for or against mailing. */
export function watchedFields({ watch, rules, optedOut, bounced }: EmailSequencesSettings): readonly string[] {
  return [...new Set([...(watch ?? fieldsOf(rules.flatMap(({ when }) => when)).person), 'emails', ...optedOut, ...bounced])];
}

/** What is read of a person and of the company, and must be there; what will be written is among it, so that nobody is enrolled whose state cannot be kept. */
export function readFields(settings: EmailSequencesSettings): { readonly person: readonly string[]; readonly company: readonly string[] } {
  const rules = fieldsOf(settings.rules.flatMap(({ when }) => when));
  const named = typeof settings.variables === 'function' ? [] : Object.values(settings.variables);
  const { owner, read, write } = settings;
  return {
    person: [...new Set(['name', 'emails', 'jobTitle', 'phones', 'linkedinLink', ...watchedFields(settings), ...rules.person, ...named.filter((name) => !name.startsWith('company.')), ...read.person, ...(owner === undefined ? [] : [owner]), ...Object.values(write)])],
    company: [...new Set(['name', 'domainName', 'accountOwner', ...rules.company, ...named.filter((name) => name.startsWith('company.')).map((name) => name.slice('company.'.length)), ...read.company])],
  };
}

/** The option of Twenty's select field for a state. */
export function optionOf(state: string): string {
  return state.toUpperCase();
}

const LABELS: Readonly<Record<Exclude<SequenceState, 'begun'>, readonly [string, string]>> = {
  enrolled: ['In the sequence', 'blue'], contacted: ['Contacted', 'sky'], opened: ['Opened', 'turquoise'], clicked: ['Clicked', 'green'], finished: ['Finished', 'gray'],
  bounced: ['Bounced', 'red'], replied: ['Replied', 'purple'], unsubscribed: ['Unsubscribed', 'orange'],
};

/** The fields that Sluice writes, for `sluice setup` to make. */
export function sequenceNeeds({ twenty, write }: EmailSequencesSettings): WorkspaceNeeds {
  const person = (need: Omit<FieldNeed, 'object'>): FieldNeed => ({ object: 'person', ...need });
  const options = STATES.filter((state) => state !== 'begun').map((state) => ({ value: optionOf(state), label: LABELS[state][0], color: LABELS[state][1] }));
  return {
    connection: twenty,
    fields: [
      person({ name: write.sequence, type: 'TEXT', label: 'Email sequence', description: 'The sequence that the person was put into last, by Sluice', icon: 'IconMailFast' }),
      person({ name: write.state, type: 'SELECT', label: 'Email sequence state', description: 'What became of it in the sequence tool', icon: 'IconProgress', options }),
      person({ name: write.at, type: 'DATE_TIME', label: 'Email sequence since', description: 'When it came to this state', icon: 'IconClock' }),
    ],
  };
}
