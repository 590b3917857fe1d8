import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { taskTime } from '../../config/task-time.ts';
import type { CounterpartSource } from '../../connectors/counterpart-source.ts';
import type { Side, Value } from '../../domain/sync.ts';
import type { FieldRule } from './merge.ts';

/** What `bidirectionalSync({...})` takes. */
export type BidirectionalSyncInput = z.input<typeof BidirectionalSyncSettings>;
/** The settings after validation, defaults in place. */
export type BidirectionalSyncSettings = Readonly<z.output<typeof BidirectionalSyncSettings>> & {
  /** Under which names record events of each side come; filled in from the connections. `external` only where that side is a Twenty workspace, too. */
  readonly workspaces?: Readonly<Partial<Record<Side, string>>>;
};

type Convert = (value: Value) => Value;

const twentyPath = (example: string) => {
  const error = `Write a field of Twenty under its API name, for example '${example}'; a dot leads into a composite.`;
  return z.string({ error }).regex(/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)?$/, { error });
};

const policy = field.oneOf(['twenty', 'external', 'latest', 'ask']);

const syncField = field.settings(
  {
    twenty: twentyPath('emails.primaryEmail'),
    external: field.text('email'),
    direction: field.oneOf(['both', 'to-external', 'from-external']).default('both'),
    /** Who wins when both sides changed it to different values; the integration's `onConflict` when left out. */
    onConflict: policy.optional(),
    /** What a value that is emptied on one side does on the other: it stays there, is emptied too, or comes back. */
    blank: field.oneOf(['keep', 'clear', 'refill']).default('keep'),
    /** How the value is written on the other side, and how it is read there; the value as it is when left out. */
    convert: field.settings({ toExternal: field.code<Convert>('(value) => value'), toTwenty: field.code<Convert>('(value) => value') }).optional(),
    /** Name of another two-way sync: the field holds the id of a record that it keeps in step (`companyId`). */
    link: field.text('companies').optional(),
  },
  "Write { twenty: 'emails.primaryEmail', external: 'email' }.",
);

const webhooks = z.custom<CounterpartSource>((value) => typeof value === 'object' && value !== null && 'read' in value && 'problems' in value, {
  error: "Write the webhooks of the tool, such as hubspotWebhooks({ secret: secret('HUBSPOT_CLIENT_SECRET'), url: 'https://sluice.acme.example/hooks/contacts-sync' }).",
}).superRefine((source, context) => {
  for (const { path, message } of source.problems ?? []) context.addIssue({ code: 'custom', path: path === '' ? [] : path.split('.'), message });
});

const deleting = field.oneOf(['ignore', 'archive', 'propagate']);

export const BidirectionalSyncSettings = field
  .settings({
    /** The connection of the workspace. */
    twenty: field.text('twenty').default('twenty'),
    /** The object, by its singular name. */
    object: field.apiName('person'),
    external: field.settings({
      connection: field.text('crm'),
      /** The table, object or resource under the tool's own name. */
      object: field.text('contacts'),
      /** The tool's news of its records arrive at `/hooks/{integration}`; without it changes are seen when the schedule asks for them. */
      webhooks: webhooks.optional(),
    }, "Write { connection: 'crm', object: 'contacts' }."),
    fields: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,62}$/, { error: 'Write a name of letters, digits, - and _.' }), syncField, { error: "Write { email: { twenty: 'emails.primaryEmail', external: 'email' } }." }),
    /** Names of fields by which records of both sides are recognised as one; the first that finds exactly one decides. */
    match: z.array(field.text('email'), { error: "Write a list of names of fields, for example ['email']." }).min(1, { error: 'Name at least one field by which records are recognised.' }),
    onConflict: policy.default('ask'),
    /** On which sides a record is made that the other one has alone. */
    create: field.oneOf(['both', 'twenty', 'external', 'none']).default('both'),
    /** What happens on the other side when a record is deleted: applied only after a complete read has not found it. */
    deletes: field.settings({
      inTwenty: deleting.default('ignore'),
      outside: deleting.default('ignore'),
      /** More than this at once is not applied but held, with an alert. */
      brake: field.settings({ share: z.number().min(0).max(1).default(0.05), count: field.wholeNumber(1, 1_000_000).default(50) }).prefault({}),
    }).prefault({}),
    /** The task that asks a person to decide. */
    conflictTask: field.settings({ ...taskTime({ dueInWorkingDays: 2 }), /** A member by name or e-mail address. */ assignee: field.text('ann@acme.example').optional() }).prefault({}),
    /** Fields of the record in Twenty that say how it stands; `sluice setup` makes them. */
    write: field.settings({
      status: field.apiName('syncStatus').default('syncStatus'),
      syncedAt: field.apiName('lastSyncedAt').default('lastSyncedAt'),
      externalId: field.apiName('externalId').default('externalId'),
    }).prefault({}),
    /** `ask`: the plan of the first load waits until a person releases it. `write`: it is carried out at once. */
    firstLoad: field.oneOf(['ask', 'write']).default('ask'),
    settle: field.settings({ quietSeconds: field.wholeNumber(0, 3600), maxSeconds: field.wholeNumber(0, 86_400) }, 'Write { quietSeconds: 5, maxSeconds: 60 }.').default({ quietSeconds: 5, maxSeconds: 60 }),
    guards: field
      .settings({
        maxRunsPerRecordPerHour: field.wholeNumber(1, 10_000).default(30),
        flood: field.settings({ above: field.wholeNumber(1, 10_000_000), then: field.oneOf(['sets', 'hold']) }, "Write { above: 5000, then: 'hold' }.").default({ above: 100_000, then: 'sets' }),
      })
      .prefault({}),
    schedules: field.settings({
      /** How often the other side is asked what changed. */
      changesEverySeconds: field.wholeNumber(5, 86_400).default(300),
      /** The complete read that deletes wait for. */
      completeRead: field.cron('0 3 * * 0', 'every Sunday at three').default('0 3 * * 0'),
      /** The full compare that counts what differs. */
      drift: field.cron('0 2 * * *', 'every day at two').default('0 2 * * *'),
    }).prefault({}),
  })
  .superRefine((value, context) => {
    const names = Object.keys(value.fields);
    value.match.forEach((name, i) => {
      if (!names.includes(name)) context.addIssue({ code: 'custom', path: ['match', i], message: `There is no field “${name}” under fields. Known are ${names.join(', ')}.` });
    });
    if (value.external.connection === value.twenty) context.addIssue({ code: 'custom', path: ['external', 'connection'], message: `“${value.twenty}” is the workspace itself. Name the connection of the other side.` });
    const own: readonly string[] = Object.values(value.write);
    for (const name of names) {
      const { twenty, link, convert } = value.fields[name]!;
      if (own.includes(twenty)) context.addIssue({ code: 'custom', path: ['fields', name, 'twenty'], message: `“${twenty}” is written by the sync itself. Name another field.` });
      if (link !== undefined && convert !== undefined) context.addIssue({ code: 'custom', path: ['fields', name, 'convert'], message: 'A field that follows a link is converted by the link. Leave convert out.' });
    }
  });

/** The rules of the merge, in the order of the configuration. */
export function rulesOf({ fields, onConflict }: Pick<BidirectionalSyncSettings, 'fields' | 'onConflict'>): readonly FieldRule[] {
  return Object.entries(fields).map(([name, { direction, blank, convert, onConflict: own }]) => ({
    name, direction, blank, onConflict: own ?? onConflict,
    toExternal: convert?.toExternal ?? unchanged, toTwenty: convert?.toTwenty ?? unchanged,
  }));
}

/** Fields of Twenty whose change may matter to the other side, without what is behind a dot. */
export function watchedFields({ fields }: Pick<BidirectionalSyncSettings, 'fields'>, side: Side = 'twenty'): readonly string[] {
  return [...new Set(Object.values(fields).map((one) => one[side].split('.')[0]!.replace(/Id$/, '')))];
}

function unchanged(value: Value): Value {
  return value;
}
