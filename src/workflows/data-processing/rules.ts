type Row = Readonly<Record<string, unknown>>;
type Scalar = string | number | boolean;

/** One test of one field, or several of them together. Texts are compared without regard to case and outer blanks. */
export type Condition =
  | { readonly field: string; readonly is?: Scalar; readonly oneOf?: readonly Scalar[]; readonly contains?: string; readonly matches?: RegExp; readonly above?: number; readonly below?: number; readonly filled?: boolean }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

export type RuleAction =
  | { readonly set: Row }
  | { readonly reject: string | { readonly code: string; readonly message: string; readonly path?: string | undefined } }
  | { readonly skip: string }
  | { readonly tag: string }
  | { readonly route: string };

export type RuleFunction = (row: never) => RuleAction | readonly RuleAction[] | undefined | void | Promise<RuleAction | readonly RuleAction[] | undefined | void>;

export type Rule = { readonly when: Condition; readonly then: RuleAction } | RuleFunction;

/** What the rules have made of a row. */
export interface Ruled {
  readonly row: Row;
  readonly rejected: readonly { readonly code: string; readonly message: string; readonly path: string }[];
  readonly skip?: string;
  readonly tags: readonly string[];
  readonly route?: string;
}

/** Applies the rules in their order: later ones see what earlier ones have set, the last route counts, all rejections are kept. Throws what a function throws. */
export async function applyRules(row: Row, rules: readonly Rule[]): Promise<Ruled> {
  let ruled: Ruled = { row, rejected: [], tags: [] };
  for (const rule of rules) {
    const answer = typeof rule === 'function' ? await rule(ruled.row as never) : holds(rule.when, ruled.row) ? rule.then : undefined;
    const actions = answer === undefined || answer === null ? [] : Array.isArray(answer) ? (answer as readonly RuleAction[]) : [answer as RuleAction];
    for (const action of actions) ruled = applied(ruled, action);
  }
  return ruled;
}

/** Whether a condition holds for a row. */
export function holds(condition: Condition, row: Row): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(one, row));
  if ('any' in condition) return condition.any.some((one) => holds(one, row));
  if ('not' in condition) return !holds(condition.not, row);
  const value = row[condition.field];
  if (condition.filled !== undefined) return isBlank(value) !== condition.filled;
  if (condition.is !== undefined) return same(value, condition.is);
  if (condition.oneOf !== undefined) return condition.oneOf.some((one) => same(value, one));
  if (condition.contains !== undefined) return folded(value).includes(folded(condition.contains));
  if (condition.matches !== undefined) return new RegExp(condition.matches.source, condition.matches.flags.replace(/[gy]/g, '')).test(isBlank(value) ? '' : String(value as Scalar));
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return false;
  if (condition.above !== undefined) return number > condition.above;
  return condition.below !== undefined && number < condition.below;
}

/** Nothing, an empty text, or no number at all. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '') || (typeof value === 'number' && Number.isNaN(value));
}

function applied(ruled: Ruled, action: RuleAction): Ruled {
  if ('set' in action) return { ...ruled, row: { ...ruled.row, ...action.set } };
  if ('skip' in action) return { ...ruled, skip: ruled.skip ?? action.skip };
  if ('tag' in action) return { ...ruled, tags: [...new Set([...ruled.tags, action.tag])] };
  if ('route' in action) return { ...ruled, route: action.route };
  const { reject } = action;
  const one = typeof reject === 'string' ? { code: 'rule_rejected', message: reject, path: '' } : { code: reject.code, message: reject.message, path: reject.path ?? '' };
  return { ...ruled, rejected: [...ruled.rejected, one] };
}

function same(value: unknown, wanted: Scalar): boolean {
  if (typeof wanted === 'string') return folded(value) === folded(wanted);
  return value === wanted || (typeof value === 'string' && value.trim().toLowerCase() === String(wanted));
}

function folded(value: unknown): string {
  return isBlank(value) ? '' : typeof value === 'object' ? JSON.stringify(value).toLowerCase() : String(value as Scalar).trim().toLowerCase();
}
