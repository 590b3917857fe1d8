import type { z } from 'zod';
import type { RawRow, RowProblem } from './contract.ts';

/** What zod says of a row, in codes that stay the same. `code` in the `params` of a custom check is used as it is. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], row: RawRow): readonly RowProblem[] {
  return issues.flatMap((issue): readonly RowProblem[] => {
    const path = issue.path.map(String).join('.');
    const value = issue.path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined), row);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ code: 'column_unknown', path: [...issue.path.map(String), key].join('.'), message: 'There is no such column.', ...shown(row[key]) }));
    return [{ code: codeOf(issue, value), path, message: issue.message, ...shown(value) }];
  });
}

/** A value as it is shown beside a problem: on one line, at most 200 characters. */
export function shown(value: unknown): { readonly value?: string } {
  if (value === undefined || value === null || value === '') return {};
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return { value: text.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 200).toWellFormed() };
}

function codeOf(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined || value === null || value === '' ? 'required' : 'type_wrong';
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'format_wrong';
    case 'too_small':
      return value === '' ? 'required' : issue.origin === 'string' || issue.origin === 'array' ? 'too_short' : 'too_small';
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array' ? 'too_long' : 'too_big';
    case 'invalid_value':
      return value === undefined ? 'required' : 'value_not_allowed';
    case 'invalid_union':
      return value === undefined ? 'required' : 'type_wrong';
    case 'custom': {
      const code = (issue.params as { code?: unknown } | undefined)?.code;
      return typeof code === 'string' && /^[a-z][a-z0-9_]{0,60}$/.test(code) ? code : 'check_failed';
    }
    default:
      return 'type_wrong';
  }
}

const FORMATS: Readonly<Record<string, string>> = { email: 'email_invalid', url: 'link_invalid', date: 'date_invalid', datetime: 'date_invalid', time: 'date_invalid' };
