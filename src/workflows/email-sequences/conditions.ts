import { z } from 'zod';
import * as field from '../../config/fields.ts';
import type { Condition, SequenceRule } from './rules.ts';

/** A condition as a person writes it; which values an operator takes is checked with it. */
interface ConditionInput {
  /** A field of the person, or `company.industry`. */
  readonly field: string;
  readonly operator: Condition['operator'];
  readonly value?: string | number | readonly (string | number)[];
}

interface RuleInput extends Partial<ConditionInput> {
  /** Further conditions; all must hold. */
  readonly and?: readonly ConditionInput[];
  /** The tool's own id of the sequence. */
  readonly sequence: string;
}

const VALUES = {
  isFilled: 'none', isEmpty: 'none', isTrue: 'none', isFalse: 'none', is: 'one', isNot: 'one', isOneOf: 'list', isNoneOf: 'list',
  contains: 'text', startsWith: 'text', endsWith: 'text', atLeast: 'number', atMost: 'number', above: 'number', below: 'number', after: 'day', before: 'day',
} as const satisfies Readonly<Record<Condition['operator'], string>>;

const WANTED = {
  none: () => true,
  one: (value: unknown) => (typeof value === 'string' && value !== '') || typeof value === 'number',
  list: (value: unknown) => Array.isArray(value) && value.length > 0 && value.every((one) => (typeof one === 'string' && one !== '') || typeof one === 'number'),
  text: (value: unknown) => typeof value === 'string' && value.trim() !== '',
  number: (value: unknown) => typeof value === 'number' && Number.isFinite(value),
  day: (value: unknown) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value)),
};

const REMEDY = {
  none: '', one: "Write a text or a number, for example 'CUSTOMER'.", list: "Write a list, for example ['CEO', 'CTO'].", text: "Write a text, for example 'sales'.",
  number: 'Write a number, for example 70.', day: "Write a day, for example '2026-01-31'.",
};

const operators = Object.keys(VALUES) as readonly Condition['operator'][];
const shape = {
  field: z.string({ error: "Write a field of the person, for example 'leadScore', or 'company.industry'." }).regex(/^(?:company\.)?[a-z][A-Za-z0-9]*$/, { error: "Write a field of the person by its API name, for example 'leadScore', or 'company.industry'." }),
  operator: field.oneOf(operators),
  value: z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))], { error: 'Write a text, a number or a list.' }).optional(),
};

const checked = (value: Partial<ConditionInput>, path: readonly PropertyKey[], context: z.RefinementCtx): void => {
  if (value.operator === undefined) return;
  const kind = VALUES[value.operator];
  const issue = (at: string, message: string): void => context.addIssue({ code: 'custom', path: [...path, at], message });
  if (kind === 'none' && value.value !== undefined) issue('value', `“${value.operator}” takes no value. Leave it out.`);
  if (!WANTED[kind](value.value)) issue('value', REMEDY[kind]);
};

/** One rule: `{ field, operator, value, sequence }`, with further conditions under `and`; without a field it fits everybody. */
export const Rule: z.ZodType<SequenceRule, RuleInput> = field
  .settings({
    field: shape.field.optional(),
    operator: shape.operator.optional(),
    value: shape.value,
    and: z.array(field.settings(shape, "Write { field: 'jobTitle', operator: 'contains', value: 'sales' }.")).default([]),
    sequence: field.text('cam_hot'),
  }, "Write { field: 'leadScore', operator: 'atLeast', value: 70, sequence: 'cam_hot' }.")
  .superRefine((rule, context) => {
    if ((rule.field === undefined) !== (rule.operator === undefined)) {
      context.addIssue({ code: 'custom', path: [rule.field === undefined ? 'field' : 'operator'], message: 'Is missing. Write both a field and an operator, or neither for a rule that fits everybody.' });
    }
    checked(rule as Partial<ConditionInput>, [], context);
    rule.and.forEach((one, i) => checked(one as ConditionInput, ['and', i], context));
  })
  .transform(({ field: name, operator, value, and, sequence }): SequenceRule => ({
    sequence,
    when: [...(name === undefined || operator === undefined ? [] : [{ field: name, operator, value }]), ...and].map((one) => one as Condition),
  })) as unknown as z.ZodType<SequenceRule, RuleInput>;
