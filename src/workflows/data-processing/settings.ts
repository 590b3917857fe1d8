import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { secretRefs } from '../../config/fields.ts';
import { isEncoding } from './decoding.ts';
import { Rules } from './rule-settings.ts';
import { Target } from './target-settings.ts';

/** How a body is cut into rows. */
export type InputSettings = z.output<typeof InputSettings>;
const InputSettings = field.settings({
  /** `auto`: byte order mark, then the sender's charset, then a look at the beginning. */
  encoding: z.string({ error: "Write 'auto', 'utf-8', 'utf-16' or 'latin1'." }).refine((name) => name === 'auto' || name === 'utf-16' || isEncoding(name), { error: "Is no encoding that is known. Write 'auto', 'utf-8', 'utf-16' or 'latin1'." }).default('auto'),
  /** `auto` finds comma, semicolon, tab or bar. */
  delimiter: z.string({ error: "Write 'auto' or one character, for example ';'." }).refine((text) => text === 'auto' || [...text].length === 1, { error: "Write 'auto' or one character, for example ';'." }).default('auto'),
  /** Names of the columns when the file has no header line. */
  columns: z.array(field.text('email')).optional(),
  /** Their names for ours: `{ 'E-Mail': 'email' }`. */
  rename: z.record(z.string(), field.text('email')).default({}),
  /** Columns without which the file is refused as a whole. */
  expect: z.array(field.text('email')).default([]),
  /** Where the rows stand in a JSON object, `data.items`. */
  records: field.text('data.items').optional(),
  /** Empty cells count as missing; `keep` hands them to the schema as empty texts. */
  blanks: field.oneOf(['missing', 'keep']).default('missing'),
});

const Duplicates = field.settings({
  /** Columns of the row as the schema gives it, each by itself: `['email', 'customerId']`. Unless said, what records are found by in Twenty. */
  by: z.array(field.text('email')).optional(),
  keep: field.oneOf(['first', 'last']).default('last'),
  /** Names that are alike, from this score (0 to 100) on, count as the same row: they are skipped, or held for a person. */
  names: field.settings({ score: field.wholeNumber(50, 100), then: field.oneOf(['skip', 'hold']).default('hold') }, 'Write { score: 95 }.').optional(),
});

/** When and whom to tell of bad rows. */
const BadRows = field.settings({
  to: field.emailAddresses(),
  from: field.emailAddress(),
  /** A connection that sends mails. */
  mail: field.text('mail').default('mail'),
  /** Told when more than this share of the rows is rejected, in per cent. */
  abovePercent: z.number({ error: 'Write a number of per cent, for example 5.' }).min(0).max(100).default(5),
  /** Examples in the mail for each code: row, column and what is wrong; the value only where it is no personal data, see `showValues`. */
  samples: field.wholeNumber(0, 20).default(3),
  /** Columns whose bad values may stand in the mail, for example ['plan']. */
  showValues: z.array(field.text('plan')).default([]),
}, "Write { to: 'ops@acme.example', from: 'Sluice <sluice@acme.example>' }.");

const Receive = field.settings({
  /** How a sender proves itself: a secret in the address, in a header or as basic user:password; or a signature over the body. */
  by: field.oneOf(['path', 'header', 'basic', 'signature']).default('header'),
  secret: secretRefs('ROWS_SECRET').optional(),
  /** Anybody may post: say so in so many words. */
  unauthenticated: field.yesNo().optional(),
  /** The scheme of the signature: HMAC-SHA256 over the body in a header, or as standardwebhooks.com has it. */
  scheme: field.oneOf(['github', 'standard-webhooks']).default('github'),
  /** The header that carries the signature, where it is another than the scheme's own. */
  header: field.text('x-signature').optional(),
  /** The header that carries the sender's own id of the delivery, by which a repeat is known. */
  idHeader: field.text('idempotency-key').default('idempotency-key'),
  /** The largest body, in MB. */
  maxMegabytes: field.wholeNumber(1, 64).default(16),
  /** For the whole body. */
  timeoutSeconds: field.wholeNumber(5, 600).default(120),
}).superRefine((value, context) => {
  if (value.secret === undefined && value.unauthenticated !== true) context.addIssue({ code: 'custom', path: ['secret'], message: "Is missing. Write secret('ROWS_SECRET'), or unauthenticated: true if anybody may post rows." });
  if (value.secret !== undefined && value.unauthenticated === true) context.addIssue({ code: 'custom', path: ['unauthenticated'], message: 'What has a secret is not open to anybody: leave one of the two out.' });
});

const Pull = field.settings({
  /** A connection in the role feed, `genericFeed({...})`. */
  feed: field.text('contacts-feed'),
  /** When, in five fields; without it only by hand. */
  cron: field.cron('0 3 * * *', 'at three in the night').optional(),
  timeZone: field.timeZone().optional(),
});

export type DataProcessingSettings = z.output<typeof DataProcessingSettings>;
export type DataProcessingInput = z.input<typeof DataProcessingSettings>;
export const DataProcessingSettings = field
  .settings({
    /** The Twenty connection. */
    twenty: field.text('twenty').default('twenty'),
    /** Rows come to `POST /hooks/{integration}`. */
    receive: Receive.optional(),
    /** Rows are fetched. */
    pull: Pull.optional(),
    input: InputSettings.prefault({}),
    /** What a row must be; zod.dev. Its output is what the rest sees. */
    schema: z.custom<z.ZodType>((value) => typeof (value as { safeParseAsync?: unknown } | null)?.safeParseAsync === 'function', { error: 'Write a zod schema, for example z.object({ email: z.email() }).' }),
    /** Makes another row of it; `undefined` skips the row. */
    transform: field.code<(row: never) => unknown>('(row) => ({ ...row, plan: row.plan.toUpperCase() })').optional(),
    rules: Rules.default([]),
    duplicates: Duplicates.prefault({}),
    /** What becomes of a row. */
    write: Target,
    /** Other targets, for rules that route. */
    routes: z.record(field.apiName('companies'), Target).default({}),
    /** Two letters, for phone numbers without a prefix; the workspace's unless said. */
    country: field.country().optional(),
    /** How numbers are written in texts: the decimal sign. */
    decimal: field.oneOf(['.', ',']).default('.'),
    badRows: BadRows.optional(),
  })
  .superRefine((value, context) => {
    if (value.receive === undefined && value.pull === undefined) context.addIssue({ code: 'custom', path: ['receive'], message: "Say where rows come from: receive: { secret: secret('ROWS_SECRET') } or pull: { feed: 'contacts-feed' }." });
    value.rules.forEach((rule, i) => {
      const route = typeof rule === 'function' ? undefined : 'route' in rule.then ? rule.then.route : undefined;
      if (route !== undefined && value.routes[route] === undefined) context.addIssue({ code: 'custom', path: ['rules', i, 'then', 'route'], message: `There is no route “${route}”. Known are ${Object.keys(value.routes).join(', ') || 'none'}.` });
    });
    if (value.routes['write'] !== undefined) context.addIssue({ code: 'custom', path: ['routes', 'write'], message: 'Is the name of the usual target. Choose another.' });
  });

/** The target of that name. */
export function targetOf(settings: Pick<DataProcessingSettings, 'write' | 'routes'>, name: string): Target {
  return name === 'write' ? settings.write : (settings.routes[name] ?? settings.write);
}
