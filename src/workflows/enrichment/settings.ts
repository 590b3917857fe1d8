import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { taskTime } from '../../config/task-time.ts';
import { type Profile, SENIORITIES } from '../../domain/profile.ts';
import { type Enriched, POLICIES, type Signal } from './contract.ts';
import { type FactName, FACTS } from './facts.ts';

/** What `enrichment({...})` takes. */
export type EnrichmentInput = z.input<typeof EnrichmentSettings>;
/** The settings after validation, defaults in place. */
export type EnrichmentSettings = Readonly<z.output<typeof EnrichmentSettings>>;
export type HighValueSettings = z.output<typeof highValue>;
export type SignalSettings = z.output<typeof signals>;

const policy = () => field.oneOf(POLICIES);
const target = z.union([policy().transform((one) => ({ to: undefined, policy: one })), field.settings({ to: field.apiName('employeeCount').optional(), policy: policy().optional() })], {
  error: "Write 'fill', 'overwrite' or 'never', or { to: 'employeeCount', policy: 'overwrite' }.",
});

const factNames = [...new Set(Object.values(FACTS).flatMap((facts) => Object.keys(facts)))] as readonly FactName[];
const fields = field.settings(Object.fromEntries(factNames.map((name) => [name, target.optional()])) as Record<FactName, z.ZodOptional<typeof target>>, "Write { jobTitle: 'overwrite', phone: 'never' }.");

const extra = z.record(
  field.apiName('linkedinFollowers'),
  field.settings({ value: field.code<(profile: Profile) => unknown>('(profile) => profile.openJobs'), policy: policy().default('fill') }, 'Write { value: (profile) => profile.openJobs }.'),
  { error: 'Write { openJobs: { value: (profile) => profile.openJobs } } with fields of the record.' },
);

const dollars = field.wholeNumber(0, 1_000_000_000_000);

const textOrCode = (example: string) =>
  z.union([z.string().min(1), field.code<(enriched: Enriched, reasons: readonly string[]) => string>(`({ profile }, reasons) => '${example}'`)], {
    error: `Write a text such as '${example}', or a function ({ record, profile }, reasons) => text.`,
  });

const highValue = field.settings({
  /** A company of this many people or more; undefined when the size says nothing. */
  headcount: field.wholeNumber(1, 10_000_000).nullable().default(1_000),
  annualRevenueUsd: dollars.nullable().default(100_000_000),
  seniority: z.array(field.oneOf(SENIORITIES), { error: `Write a list out of ${SENIORITIES.join(', ')}.` }).default(['owner', 'partner', 'c_level', 'vp']),
  /** How many of the bands must fit that are known. */
  needs: field.wholeNumber(1, 3).default(1),
  /** Instead of the bands: why this record is worth a call, one reason a line; none when it is not. Asked again when a step is repeated. */
  when: field.code<(enriched: Enriched) => readonly string[] | Promise<readonly string[]>>("({ profile }) => (profile.country === 'Germany' ? ['in Germany'] : [])").optional(),
  task: field.settings({
    /** `{name}` and `{company}` stand for the record's. */
    title: textOrCode('Call {name}').default('Worth a call: {name}'),
    ...taskTime({ dueInWorkingDays: 1 }),
    /** A member by name or e-mail address, for records that nobody owns. */
    otherwise: field.text('ann@acme.example').optional(),
  }).prefault({}),
}, 'Write { headcount: 500, task: {} }.');

const signals = field.settings({
  to: field.emailAddresses(),
  from: field.emailAddress(),
  /** The connection that sends it. */
  mail: field.text('mail').default('mail'),
  subject: field.text('{count} buying signals').optional(),
  /** A round of funding no longer ago than this. 0: none. */
  fundedWithinDays: field.wholeNumber(0, 3650).default(180),
  /** A person who began the job no longer ago than this. 0: none. */
  newJobWithinDays: field.wholeNumber(0, 3650).default(90),
  /** Open positions, or growth within a year in percent, that speak of hiring. 0: they do not. */
  openJobs: field.wholeNumber(0, 1_000_000).default(10),
  growthPercent: field.wholeNumber(0, 10_000).default(20),
  /** Technologies whose use is worth a mail, whatever the case. */
  technologies: z.array(field.text('Snowflake'), { error: "Write a list such as ['Snowflake']." }).default([]),
  /** Instead of all these. Asked again when a step is repeated. */
  when: field.code<(enriched: Enriched, nowMs: number) => readonly Signal[] | Promise<readonly Signal[]>>("({ profile }) => [{ name: 'tech dbt', words: 'uses dbt' }]").optional(),
}, "Write { to: 'sales@acme.example', from: 'Sluice <sluice@acme.example>' }.");

export const EnrichmentSettings = field
  .settings({
    /** The connection whose records are enriched. */
    twenty: field.text('twenty').default('twenty'),
    object: field.oneOf(['person', 'company']).default('person'),
    /** Connections that are asked one after the other until one answers. */
    providers: field.oneOrMany(field.text('people-data-labs'), "Write the names of connections, for example ['people-data-labs', 'apollo']."),
    /** What a fact may replace unless `fields` says otherwise. */
    policy: policy().default('fill'),
    /** Facts that are treated in another way, or written to another field. */
    fields: fields.prefault({}),
    /** Further fields of the record, by functions; the fields must be there. */
    extra: extra.default({}),
    /** Fields that say when and by whom; `sluice setup` makes them. */
    write: field.settings({ enrichedAt: field.apiName('enrichedAt').default('enrichedAt'), enrichedBy: field.apiName('enrichedBy').default('enrichedBy') }, "Write { enrichedAt: 'enrichedAt' }.").prefault({}),
    /** A record is not enriched again within this time, and a kept answer counts as long. */
    freshDays: field.wholeNumber(1, 3650).default(90),
    /** How long it is remembered that a provider does not know a record. */
    noMatchDays: field.wholeNumber(1, 3650).default(30),
    /** A provider without credits is passed by, and a record waits for it only if nobody else answers; or it waits at once. */
    outOfCredits: field.oneOf(['ask-others', 'wait']).default('ask-others'),
    /** Also when a record gets its e-mail address or domain later on, or another one, and is not fresh. */
    alsoWhenIdentified: field.yesNo().default(true),
    /** Makes a sales task, once for each record; none when left out, the default bands with `{}`. */
    highValue: highValue.optional(),
    /** Mails buying signals, one mail for all records of a run; none when left out. */
    signals: signals.optional(),
    /** An edit session makes one run: the record has to be quiet this long, but is taken up after `maxSeconds` at the latest. */
    settle: field.settings({ quietSeconds: field.wholeNumber(0, 3600), maxSeconds: field.wholeNumber(0, 86_400) }, 'Write { quietSeconds: 10, maxSeconds: 120 }.').default({ quietSeconds: 10, maxSeconds: 120 }),
    guards: field
      .settings({
        maxRunsPerRecordPerHour: field.wholeNumber(1, 10_000).default(20),
        flood: field.settings({ above: field.wholeNumber(1, 10_000_000), then: field.oneOf(['sets', 'hold']) }, "Write { above: 5000, then: 'hold' }.").default({ above: 100_000, then: 'sets' }),
      })
      .prefault({}),
  })
  .superRefine((value, context) => {
    const problem = (path: readonly PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path: [...path], message });
    const known = Object.keys(FACTS[value.object]);
    for (const name of Object.keys(value.fields).filter((one) => value.fields[one as FactName] !== undefined && !known.includes(one))) problem(['fields', name], `Nothing of a ${value.object}. Known are ${known.join(', ')}.`);
    value.providers.forEach((name, i) => {
      if (value.providers.indexOf(name) < i) problem(['providers', i], `“${name}” is asked twice. Name each provider once.`);
    });
    const own = [...known.flatMap((name) => value.fields[name as FactName]?.to ?? []), ...Object.keys(value.extra), value.write.enrichedAt, value.write.enrichedBy];
    own.forEach((name, i) => {
      if (own.indexOf(name) < i) problem(['fields'], `“${name}” is written twice. Name different fields.`);
      if (READ_ONLY.has(name)) problem(['fields'], `“${name}” is what the record is known by, or Twenty's own; it is never written. Name another field.`);
    });
    if (value.settle.maxSeconds < value.settle.quietSeconds) problem(['settle', 'maxSeconds'], `Write at least ${String(value.settle.quietSeconds)}, as many as quietSeconds.`);
  });

const READ_ONLY = new Set(['id', 'emails', 'domainName', 'company', 'companyId', 'accountOwner', 'accountOwnerId', 'createdAt', 'updatedAt', 'deletedAt', 'createdBy', 'updatedBy', 'position']);
