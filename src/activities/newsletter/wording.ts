import type { MailingState, PersonState } from '../../store/newsletter.ts';
import { WORDS } from '../../workflows/newsletter/rules.ts';

const KINDS: readonly (readonly [PersonState, string])[] = [
  ['no_address', WORDS.noAddress], ['invalid', WORDS.invalid], ['duplicate', WORDS.duplicate], ['opted_out', WORDS.optedOut], ['unsubscribed', WORDS.unsubscribed], ['refused', WORDS.refused],
];

/** Those who were left out by name, a line for each kind. */
export function droppedWords(dropped: ReadonlyMap<PersonState, readonly string[]>, most: number): readonly string[] {
  return KINDS.flatMap(([state, words]) => {
    const names = dropped.get(state) ?? [];
    const more = names.length > most ? ' and more' : '';
    return names.length === 0 ? [] : [`${words.charAt(0).toUpperCase()}${words.slice(1)}: ${names.slice(0, most).join(', ')}${more}`];
  });
}

export function mailingWords(mailing: MailingState | undefined): string {
  if (mailing === undefined) return 'none';
  const what = mailing.state === 'sent' ? 'sent' : 'drafted, to be looked at and sent in the tool';
  return mailing.isOld ? `“${mailing.name}” was ${mailing.state === 'sent' ? 'sent' : 'drafted'} before` : `“${mailing.name}” is ${what}`;
}
