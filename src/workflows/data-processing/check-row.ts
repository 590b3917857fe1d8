import { createHash } from 'node:crypto';
import type { CheckedRow, RawRow, ReadRow, RowLookup, RowPlan, RowProblem } from './contract.ts';
import { convert } from './convert.ts';
import { problemsOf, shown } from './issues.ts';
import { normaliseEmail } from '../../normalise/email.ts';
import { companyDomainOf, isFreeMail } from '../../normalise/web-domain.ts';
import { normaliseCompanyName } from '../../normalise/company-name.ts';
import { applyRules, isBlank } from './rules.ts';
import { type DataProcessingSettings, targetOf } from './settings.ts';
import type { Target } from './target-settings.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * What is to become of a row: checked against the schema, transformed, put through the rules, and brought into the shape that Twenty takes. A row that
 * is rejected names all that is wrong at the stage at which it fails.
 */
export async function checkRow(read: ReadRow, settings: DataProcessingSettings): Promise<CheckedRow> {
  if (read.problems.length > 0) return { state: 'rejected', problems: read.problems };
  const raw = settings.input.blanks === 'missing' ? withoutBlanks(read.raw) : read.raw;
  const parsed = await guarded('schema_failed', () => settings.schema.safeParseAsync(raw));
  if ('problem' in parsed) return rejected([parsed.problem]);
  if (!parsed.made.success) return rejected(problemsOf(parsed.made.error.issues, raw));
  const transformed = await guarded('transform_failed', async () => (settings.transform === undefined ? parsed.made.data : await settings.transform(parsed.made.data as never)));
  if ('problem' in transformed) return rejected([transformed.problem]);
  if (transformed.made === undefined || transformed.made === null) return { state: 'skipped', code: 'transform_skipped', reason: 'The transformation leaves this row out.' };
  if (typeof transformed.made !== 'object' || Array.isArray(transformed.made)) return rejected([{ code: 'transform_failed', path: '', message: 'The transformation in the configuration did not answer a row.' }]);
  const ruled = await guarded('rule_failed', () => applyRules(transformed.made as Row, settings.rules));
  if ('problem' in ruled) return rejected([ruled.problem]);
  const { row, rejected: refusals, skip, tags, route } = ruled.made;
  if (refusals.length > 0) return rejected(refusals.map((one) => ({ ...one, ...shown(row[one.path]) })));
  if (skip !== undefined) return { state: 'skipped', code: 'rule_skipped', reason: skip };
  const name = route ?? 'write';
  if (name !== 'write' && settings.routes[name] === undefined) return rejected([{ code: 'rule_failed', path: '', message: `A rule routes to “${name}”, which is not configured.` }]);
  return planOf(row, name, tags, settings);
}

function rejected(problems: readonly RowProblem[]): CheckedRow {
  return { state: 'rejected', problems };
}

async function guarded<T>(code: string, work: () => T | Promise<T>): Promise<{ readonly made: T } | { readonly problem: RowProblem }> {
  try {
    return { made: await work() };
  } catch (error) {
    return { problem: { code, path: '', message: `A function in the configuration failed: ${(error as Error).message}`.slice(0, 300) } };
  }
}

async function planOf(row: Row, name: string, tags: readonly string[], settings: DataProcessingSettings): Promise<CheckedRow> {
  const target = targetOf(settings, name);
  const options = { country: settings.country, decimal: settings.decimal, currency: target.currency };
  const problems: RowProblem[] = [];
  const fields: Record<string, unknown> = {};
  for (const [path, from] of Object.entries(target.fields)) {
    const read = await guarded('transform_failed', () => (typeof from === 'function' ? from(row as never) : row[from]));
    const column = typeof from === 'function' ? path : from;
    if ('problem' in read) problems.push({ ...read.problem, path: column });
    else if (!isBlank(read.made)) {
      const made = convert(target.object, path, read.made, options);
      if (made.ok) fields[made.field] = merged(fields[made.field], made.value);
      else problems.push({ code: made.code, path: column, message: made.message, ...shown(read.made) });
    }
  }
  const lookup = lookupOf(row, target, fields, problems);
  if (Object.keys(fields).length === 0 && problems.length === 0) problems.push({ code: 'nothing_to_write', path: '', message: 'None of the configured fields has a value in this row.' });
  if (problems.length > 0) return rejected(problems);
  const key = keyOf(target, lookup, fields);
  const by = settings.duplicates.by;
  const exact = by === undefined ? Object.entries(lookup.keys).map(([field, value]) => `${target.object} ${field} ${folded(value)}`) : by.filter((column) => !isBlank(row[column])).map((column) => `${name} ${column} ${folded(row[column])}`);
  const plan: RowPlan = { target: name, fields, lookup, key, tags, sameness: { exact: exact.length === 0 && Object.keys(lookup.keys).length === 0 ? [key] : exact, ...(lookup.name === undefined ? {} : { name: lookup.name }) } };
  return { state: 'ready', plan };
}

function merged(before: unknown, value: unknown): unknown {
  return typeof before === 'object' && before !== null && typeof value === 'object' && value !== null ? { ...before, ...value } : value;
}

function lookupOf(row: Row, target: Target, fields: Row, problems: RowProblem[]): RowLookup {
  const keys = Object.fromEntries(target.match.keys.flatMap((path): (readonly [string, string | number])[] => {
    const value = valueAt(fields, path);
    return typeof value === 'number' || (typeof value === 'string' && value !== '') ? [[path, value]] : [];
  }));
  const name = nameOf(target.object, fields);
  const company = companyOf(row, target, problems);
  const contact = target.contact === undefined || isBlank(row[target.contact.email]) ? undefined : normaliseEmail(String(row[target.contact.email]));
  if (contact !== undefined && !contact.ok) problems.push({ code: 'email_invalid', path: target.contact!.email, message: contact.problem, ...shown(row[target.contact!.email]) });
  return { keys, ...(name === '' ? {} : { name }), ...(company === undefined ? {} : { company }), ...(contact?.ok === true ? { contact: contact.email } : {}) };
}

function companyOf(row: Row, { company }: Target, problems: RowProblem[]): RowLookup['company'] {
  if (company === undefined) return undefined;
  const said = company.domain === undefined || isBlank(row[company.domain]) ? undefined : String(row[company.domain]);
  const found = said === undefined ? undefined : companyDomainOf(said);
  if (said !== undefined && found === undefined) problems.push({ code: 'domain_invalid', path: company.domain!, message: `“${said.slice(0, 80)}” is not a domain.`, ...shown(said) });
  const domain = found === undefined || isFreeMail(found) ? undefined : found;
  const name = company.name === undefined || isBlank(row[company.name]) ? '' : normaliseCompanyName(String(row[company.name]));
  return domain === undefined && name === '' ? undefined : { ...(domain === undefined ? {} : { domain }), ...(name === '' ? {} : { name }) };
}

/** What people know the record by. */
export function nameOf(object: string, fields: Row): string {
  const name = fields['name'];
  if (object !== 'person') return typeof name === 'string' ? name.trim() : '';
  const { firstName, lastName } = (name ?? {}) as { readonly firstName?: unknown; readonly lastName?: unknown };
  return [firstName, lastName].filter((part) => typeof part === 'string' && part !== '').join(' ');
}

/** By the first key that has a value; a row without one is known by all that it says. */
function keyOf(target: Target, { keys, company, contact }: RowLookup, fields: Row): string {
  const [first] = Object.entries(keys);
  const said = first === undefined ? [fields, company ?? null, contact ?? null] : [first[0], folded(first[1])];
  return `${target.object}/${createHash('sha256').update(JSON.stringify(said, sorted)).digest('hex').slice(0, 32)}`;
}

function sorted(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}

/** The value of a field or of one part of it; of a link or a list of addresses the telling part. */
export function valueAt(fields: Row, path: string): unknown {
  const value = path.split('.').reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Row)[key] : undefined), fields);
  if (typeof value !== 'object' || value === null) return value;
  const parts = value as Row;
  return parts['primaryLinkUrl'] ?? parts['primaryEmail'] ?? parts['primaryPhoneNumber'];
}

function folded(value: unknown): string {
  return (typeof value === 'object' ? JSON.stringify(value) : String(value as string | number)).trim().toLowerCase();
}

function withoutBlanks(raw: RawRow): RawRow {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => !(typeof value === 'string' && value.trim() === '')));
}
