import type { EnrichedObject } from '../../domain/profile.ts';
import { personName, recordName } from '../../domain/record-words.ts';
import { fillIn, oneLine } from '../../domain/text.ts';
import type { Enriched, TwentyRecordView } from './contract.ts';
import type { HighValueSettings } from './settings.ts';

/** What people call a record. */
export function nameOf(object: EnrichedObject, record: TwentyRecordView): string {
  return object === 'person' ? personName(record) : (recordName(record) ?? 'A company without a name');
}

/** The title of a sales task. A function of the configuration that throws is replaced by the usual words, and why is told. */
export function taskTitle(configured: HighValueSettings['task']['title'], object: EnrichedObject, enriched: Enriched, reasons: readonly string[]): { readonly title: string; readonly remark?: string } {
  const name = nameOf(object, enriched.record);
  const usual = oneLine(`Worth a call: ${name}`);
  const company = object === 'company' ? name : (recordName(enriched.company) ?? enriched.profile.companyName ?? '');
  try {
    const title = typeof configured === 'function' ? configured(enriched, reasons) : fillIn(configured, { name, company });
    return { title: oneLine(title) || usual };
  } catch (error) {
    return { title: usual, remark: `The title function in the configuration failed: ${(error as Error).message}` };
  }
}

/** One record in the mail about buying signals. */
export interface SignalEntry {
  readonly name: string;
  readonly company?: string | undefined;
  readonly url: string;
  /** What speaks for calling, one a line. */
  readonly signals: readonly string[];
}

/** One mail for all records of a run. What comes from providers is escaped. */
export function signalMail(entries: readonly SignalEntry[], subject: string | undefined): { readonly subject: string; readonly text: string; readonly html: string } {
  const [first] = entries;
  const usual = entries.length === 1 ? `Buying signal: ${first!.name}` : `Buying signals: ${first?.name ?? ''} and ${String(entries.length - 1)} more`;
  const configured = subject === undefined ? undefined : fillIn(subject, { count: String(entries.length), name: first?.name ?? '' });
  return {
    subject: oneLine(configured ?? usual) || oneLine(usual),
    text: entries.map((entry) => [headOf(entry), ...entry.signals.map((signal) => `- ${signal}`), entry.url].join('\n')).join('\n\n'),
    html: `<div style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#1f2328">${entries.map(entryHtml).join('')}</div>`,
  };
}

function headOf({ name, company }: SignalEntry): string {
  return company === undefined || company === name ? name : `${name}, ${company}`;
}

function entryHtml(entry: SignalEntry): string {
  return `<p><strong><a href="${escaped(entry.url)}">${escaped(headOf(entry))}</a></strong></p><ul>${entry.signals.map((signal) => `<li>${escaped(signal)}</li>`).join('')}</ul>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.codePointAt(0))};`);
}
