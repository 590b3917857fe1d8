import type { ActionItem } from '../domain/meeting.ts';
import { normalised, oneLine } from '../domain/text.ts';
import { normaliseEmail } from '../normalise/email.ts';

/** What must be done, out of whatever a recorder sends: a text with headings by speaker, a list of texts, or a list of objects. */
export function actionItemsOf(value: unknown): readonly ActionItem[] {
  if (typeof value === 'string') return itemsInText(value);
  if (!Array.isArray(value)) return [];
  return value.flatMap((one): readonly ActionItem[] => {
    if (typeof one === 'string') return itemsInText(one, one.includes('\n') ? undefined : 'item');
    return typeof one === 'object' && one !== null ? itemOf(one as Readonly<Record<string, unknown>>) : [];
  });
}

/**
 * A text such as Fireflies writes it: `**Ann Lee**`, then one line for each of her items, each with the time it was said at in brackets.
 * A heading that names nobody (“Unassigned”, “Action items”) leaves the items below to nobody. `only`: the text is one item, no heading.
 */
function itemsInText(text: string, only?: 'item'): readonly ActionItem[] {
  const items: ActionItem[] = [];
  let speaker: string | undefined;
  for (const raw of text.split(/\r\n|[\r\n\u2028\u2029]/)) {
    const line = raw.trim();
    const heading = only === 'item' ? undefined : headingOf(line);
    if (heading !== undefined) speaker = NOBODY.test(heading) ? undefined : heading;
    else items.push(...itemOf({ text: line, ...(speaker === undefined ? {} : { assignee: speaker }) }));
  }
  return items;
}

/** `**Ann Lee**`, `## Ann Lee`, `__Ann Lee__:` or `Ann Lee:` alone on its line. */
function headingOf(line: string): string | undefined {
  const found = /^\*\*([^*]+)\*\*:?$/.exec(line) ?? /^__([^_]+)__:?$/.exec(line) ?? /^#{1,6}\s+(.+)$/.exec(line) ?? /^(\p{Lu}[^:.!?]{1,60}):$/u.exec(line);
  const name = found === null ? '' : oneLine(found[1]!.replaceAll('*', '').replace(/:$/, ''));
  return name === '' ? undefined : name;
}

const NOBODY = /^(unassigned|nobody|no one|everyone|all|team|action items?|next steps|to-?dos?)$/i;

/** Names under which recorders send the same thing. */
const TEXT = ['text', 'description', 'title', 'content', 'task', 'name'];
const DUE = ['dueOn', 'due', 'dueDate', 'due_date', 'due_on', 'deadline'];
const ASSIGNEE = ['assignee', 'owner', 'assigned_to', 'assignedTo', 'responsible'];
const DONE = ['done', 'completed', 'is_completed'];

function itemOf(object: Readonly<Record<string, unknown>>): readonly ActionItem[] {
  const first = (names: readonly string[]): unknown => names.map((name) => object[name]).find((value) => value !== undefined && value !== null);
  const written = first(TEXT);
  if (typeof written !== 'string') return [];
  const ticked = /^\s*(?:[-*+•–]\s+)?\[[xX]\]\s/.test(written);
  const text = cleanText(written);
  if (!/[\p{L}\p{N}]/u.test(text)) return [];
  const assignee = assigneeIn(first(ASSIGNEE), object);
  const dueOn = dayOf(first(DUE)) ?? dayOf(/\b(?:by|due|until)\s+(?:on\s+)?(\d{4}-\d{2}-\d{2})\b/i.exec(text)?.[1]);
  return [{ text, ...(assignee === undefined ? {} : { assignee }), ...(dueOn === undefined ? {} : { dueOn }), ...(ticked || first(DONE) === true ? { done: true } : {}) }];
}

/** Nothing that somebody is to do takes more words than this. */
const MAX_TEXT = 2000;

/** Without the bullet, the number and the tick box before it, and without the time it was said at behind it. */
function cleanText(text: string): string {
  return normalised(text).replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim().slice(0, MAX_TEXT).toWellFormed()
    .replace(/^(?:[-*+•–—]\s+|\d{1,3}[.)]\s+)+/, '')
    .replace(/^\[[ xX]\]\s+/, '')
    .replace(/\s*[([](?:\d{1,2}:)?\d{1,2}:\d{2}[)\]]\s*$/, '')
    .trim();
}

function assigneeIn(value: unknown, object: Readonly<Record<string, unknown>>): ActionItem['assignee'] {
  const { name, email } = typeof value === 'object' && value !== null ? (value as { readonly name?: unknown; readonly email?: unknown }) : { name: value, email: object['assignee_email'] ?? object['assigneeEmail'] };
  const named = typeof name === 'string' ? oneLine(name) : '';
  const address = addressOf(email) ?? addressOf(named);
  const plain = named === '' || addressOf(named) === address && named.includes('@') ? undefined : named;
  if (plain === undefined && address === undefined) return undefined;
  return { ...(plain === undefined ? {} : { name: plain }), ...(address === undefined ? {} : { email: address }) };
}

function addressOf(value: unknown): string | undefined {
  const reading = typeof value === 'string' && value.includes('@') ? normaliseEmail(value) : undefined;
  return reading?.ok === true ? reading.email : undefined;
}

/** The day of a date or an instant, if it is a real one. */
function dayOf(value: unknown): string | undefined {
  const day = typeof value === 'string' ? /^(\d{4}-\d{2}-\d{2})(?![\d-])/.exec(value.trim())?.[1] : undefined;
  if (day === undefined) return undefined;
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day) ? day : undefined;
}
