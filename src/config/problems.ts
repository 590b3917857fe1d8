import { nearest } from '../domain/nearest.ts';
import type { z } from 'zod';

/** One thing wrong in the configuration: where, and what to write instead. */
export interface ConfigProblem {
  /** `integrations.contact-form.notify.to` */
  readonly path: string;
  readonly message: string;
}

/** All problems of a configuration at once. The message lists them, one a line. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], file?: string) {
    const where = file === undefined ? 'The configuration' : file;
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    super([`${where} has ${count}:`, ...problems.map(({ path, message }) => `  ${path || '(top level)'}: ${message}`)].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** What a schema finds wrong with `input`, in words. `base` is put before each path. */
export function problemsIn(schema: z.ZodType, input: unknown, base = ''): ConfigProblem[] {
  const result = schema.safeParse(input);
  return result.success ? [] : result.error.issues.flatMap((issue) => inWords(issue, schema, base));
}

export function joinPath(base: string, ...steps: readonly PropertyKey[]): string {
  return [...(base === '' ? [] : [base]), ...steps.map(String)].join('.');
}


function inWords(issue: z.core.$ZodIssue, schema: z.ZodType, base: string): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const remedy = near !== undefined ? `Did you mean “${near}”?` : known.length > 0 ? `Known here: ${known.join(', ')}.` : 'Leave it out.';
      return { path: joinPath(base, ...issue.path, key), message: `There is no such setting. ${remedy}` };
    });
  }
  if (issue.code === 'invalid_union') {
    // Where one of the alternatives was clearly meant, its own problems say more than the list of alternatives.
    const meant = issue.errors.find((errors) => errors.some((one) => one.path.length > 0 || one.code === 'unrecognized_keys'));
    if (meant !== undefined && issue.errors.filter((errors) => errors.some((one) => one.path.length > 0)).length <= 1) {
      return meant.flatMap((one) => inWords({ ...one, path: [...issue.path, ...one.path] }, schema, base));
    }
  }
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ path: joinPath(base, ...issue.path), message }];
}

/** The keys an object schema knows at a path, seen through optional, default, union and the like. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const [step, ...rest] = path;
  const found = variants(schema).flatMap((variant) => {
    const def = variant.def;
    if (step === undefined) return def.shape === undefined ? [] : Object.keys(def.shape);
    const next = def.shape?.[String(step)] ?? def.element ?? def.valueType;
    return next === undefined ? [] : keysAt(next, rest);
  });
  return [...new Set(found)];
}

interface Definition {
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly element?: unknown;
  readonly valueType?: unknown;
  readonly innerType?: unknown;
  readonly in?: unknown;
  readonly options?: readonly unknown[];
}

function variants(schema: unknown): { readonly def: Definition }[] {
  const def = (schema as { def?: Definition } | undefined)?.def;
  if (def === undefined) return [];
  const inner = [def.innerType, def.in, ...(def.options ?? [])].filter((one) => one !== undefined);
  return inner.length === 0 ? [{ def }] : inner.flatMap(variants);
}
