import { z } from 'zod';
import * as field from '../../config/fields.ts';
import type { Condition, Rule, RuleAction, RuleFunction } from './rules.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const TESTS = { is: scalar.optional(), oneOf: z.array(scalar).optional(), contains: z.string().optional(), matches: z.instanceof(RegExp).optional(), above: z.number().optional(), below: z.number().optional(), filled: z.boolean().optional() };
const ONE_TEST = "Write one test, for example { field: 'country', is: 'DE' }, { field: 'plan', oneOf: ['pro', 'team'] } or { field: 'email', filled: false }.";

const Condition: z.ZodType<Condition, Condition> = z.lazy(() => z.union([
  field.settings({ field: field.text('country'), ...TESTS }).refine((value) => Object.keys(value).length === 2, { error: ONE_TEST }),
  field.settings({ all: z.array(Condition) }),
  field.settings({ any: z.array(Condition) }),
  field.settings({ not: Condition }),
], { error: ONE_TEST })) as unknown as z.ZodType<Condition, Condition>;

const Action: z.ZodType<RuleAction, RuleAction> = z.union([
  field.settings({ set: z.record(z.string(), z.unknown()) }),
  field.settings({ reject: z.union([field.text('Not a customer of ours'), field.settings({ code: z.string().regex(/^[a-z][a-z0-9_]*$/), message: field.text('Not a customer of ours'), path: z.string().optional() })]) }),
  field.settings({ skip: field.text('a test account') }),
  field.settings({ tag: field.text('PARTNER') }),
  field.settings({ route: field.text('companies') }),
], { error: "Write { set: { plan: 'PRO' } }, { reject: 'why' }, { skip: 'why' }, { tag: 'PARTNER' } or { route: 'companies' }." }) as unknown as z.ZodType<RuleAction, RuleAction>;

/** Applied in their order; a function gets the row and answers an action, several or none. */
export const Rules = z.array(z.union([
  field.settings({ when: Condition, then: Action }),
  field.code<RuleFunction>("(row) => (row.email.endsWith('.example') ? { skip: 'an example' } : undefined)"),
], { error: "Write { when: { field: 'country', is: 'DE' }, then: { tag: 'DACH' } } or a function." })) as unknown as z.ZodType<readonly Rule[], readonly Rule[]>;
