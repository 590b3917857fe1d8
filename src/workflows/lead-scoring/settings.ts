import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { taskTime } from '../../config/task-time.ts';
import type { Lead, LeadScore } from './contract.ts';
import { ExternalScorer, questionFields } from './external.ts';
import { ScoringModel } from './weights.ts';

/** What `leadScoring({...})` takes. */
export type LeadScoringInput = z.input<typeof LeadScoringSettings>;
/** The settings after validation, defaults in place. */
export type LeadScoringSettings = Readonly<z.output<typeof LeadScoringSettings>>;
export type ScoringFields = z.output<typeof fields>;
export type TaskAlert = z.output<typeof task>;
export type EmailAlert = z.output<typeof email>;

const fields = field.settings({
  /** Number on the company. Without it `employees` counts where the workspace has such a field. */
  employees: field.apiName('employees').optional(),
  /** Text, select or multi-select on the company. */
  industry: field.apiName('industry').optional(),
  /** Text, select or actor on the person. */
  source: field.apiName('leadSource').default('createdBy'),
  /** Relation from the person to a workspace member; without it, or where it is empty, the company's account owner counts. */
  owner: field.apiName('owner').optional(),
}, "Write { employees: 'employees', industry: 'industry' } with the names of fields in Twenty.");

const write = field.settings({
  score: field.apiName('leadScore').default('leadScore'),
  reasons: field.apiName('leadScoreReasons').default('leadScoreReasons'),
  scoredAt: field.apiName('leadScoredAt').default('leadScoredAt'),
}, "Write { score: 'leadScore' } with names of fields of the person.");

const textOrCode = (example: string) =>
  z.union([z.string().min(1), field.code<(lead: Lead, result: LeadScore) => string>(`(lead, { score }) => '${example}'`)], {
    error: `Write a text such as '${example}', or a function (lead, { score }) => text.`,
  });

const ONE_ALERT = "Write { task: {} } for a task, or { email: { from: 'Sluice <sluice@acme.example>', otherwise: 'sales@acme.example' } } for a mail to the owner.";

const task = field.settings({
  title: textOrCode('{name} reached {score} points').default('{name} reached {score} points'),
  ...taskTime({ dueInWorkingDays: 1 }),
  /** A member by name or e-mail address, for leads that nobody owns. */
  otherwise: field.text('ann@acme.example').optional(),
});

const email = field.settings({
  from: field.emailAddress(),
  /** Who is told of leads that nobody owns. */
  otherwise: field.emailAddresses(),
  subject: textOrCode('{name} reached {score} points').default('{name} reached {score} points'),
  /** The connection that sends it. */
  mail: field.text('mail').default('mail'),
}, "Write { from: 'Sluice <sluice@acme.example>', otherwise: 'sales@acme.example' }.");

const onThreshold = field
  .settings({ task: task.optional(), email: email.optional() }, ONE_ALERT)
  .refine((value) => (value.task === undefined) !== (value.email === undefined), { error: ONE_ALERT });

const fullRescore = field.settings({
  cron: field.cron('0 4 * * *', 'every day at four'),
  /** The workspace's when left out. */
  timeZone: field.timeZone().optional(),
}, "Write { cron: '0 4 * * *' }.");

export const LeadScoringSettings = field
  .settings({
    /** The connection whose people are scored. */
    twenty: field.text('twenty').default('twenty'),
    /** What counts how much; the defaults when left out. */
    model: ScoringModel.optional(),
    /** A model in another tool, instead of `model`: the lead is sent there and its score read. */
    scorer: ExternalScorer.optional(),
    /** Where the model finds what it reads, beside Twenty's standard fields. */
    fields: fields.prefault({}),
    /** Fields of the person that are written; `sluice setup` makes them. */
    write: write.prefault({}),
    /** Fields of the person whose change is worth a new score; those that the model reads when left out. */
    watch: z.array(field.apiName('jobTitle'), { error: "Write a list of fields of the person, for example ['jobTitle', 'emails']." }).min(1, { error: 'The list is empty. Leave it out to watch what the model reads.' }).optional(),
    /** Replaces or adjusts what the model says; may ask elsewhere, and is asked again when a step is repeated. */
    adjust: field.code<(lead: Lead, result: LeadScore) => LeadScore | Promise<LeadScore>>('(lead, result) => ({ ...result, score: result.score + 5 })').optional(),
    threshold: field.wholeNumber(1, 100).default(70),
    /** Once above, a lead must fall more than this below the threshold before it can cross it again. */
    hysteresis: field.wholeNumber(0, 100).default(5),
    /** What happens when a lead crosses the threshold upwards; nothing when left out. */
    onThreshold: onThreshold.optional(),
    /** A lead that is above when it is scored for the first time is told of: when it was created just now, always, or never. */
    tellFirst: field.oneOf(['created', 'always', 'never']).default('created'),
    /** An edit session makes one run: the record has to be quiet this long, but is scored after `maxSeconds` at the latest. */
    settle: field.settings({ quietSeconds: field.wholeNumber(0, 3600), maxSeconds: field.wholeNumber(0, 86_400) }, 'Write { quietSeconds: 10, maxSeconds: 120 }.').default({ quietSeconds: 10, maxSeconds: 120 }),
    guards: field
      .settings({
        maxRunsPerRecordPerHour: field.wholeNumber(1, 10_000).default(20),
        flood: field.settings({ above: field.wholeNumber(1, 10_000_000), then: field.oneOf(['sets', 'hold']) }, "Write { above: 5000, then: 'hold' }.").default({ above: 100_000, then: 'sets' }),
      })
      .prefault({}),
    schedules: field.settings({ fullRescore: fullRescore.optional() }, "Write { fullRescore: { cron: '0 4 * * *' } }.").default({}),
  })
  .superRefine((value, context) => {
    if (value.scorer !== undefined && value.model !== undefined) context.addIssue({ code: 'custom', path: ['scorer'], message: 'A score comes from the model or from another tool. Leave out model or scorer.' });
    const own = Object.values(value.write);
    own.forEach((name, i) => {
      if (own.indexOf(name) < i) context.addIssue({ code: 'custom', path: ['write', Object.keys(value.write)[i]!], message: `“${name}” is written twice. Name three different fields.` });
      if (STANDARD.has(name)) context.addIssue({ code: 'custom', path: ['write', Object.keys(value.write)[i]!], message: `“${name}” is one of Twenty's own fields. Name a field of its own, for example 'leadScore'.` });
    });
    value.watch?.forEach((name, i) => {
      if (own.includes(name)) context.addIssue({ code: 'custom', path: ['watch', i], message: `“${name}” is written by this integration, so watching it would set it off by itself. Leave it out.` });
    });
    for (const name of inputFields(value).person.filter((one) => own.includes(one))) {
      context.addIssue({ code: 'custom', path: [value.scorer === undefined ? 'model' : 'scorer'], message: `The model reads “${name}”, which this integration writes. A score must not rest on itself.` });
    }
    if (value.settle.maxSeconds < value.settle.quietSeconds) context.addIssue({ code: 'custom', path: ['settle', 'maxSeconds'], message: `Write at least ${String(value.settle.quietSeconds)}, as many as quietSeconds.` });
  })
  .transform((value) => ({ ...value, model: value.model ?? ScoringModel.parse({}) }));

/** Twenty's own fields of a person; writing one of them would be a mistake that nobody sees. */
const STANDARD = new Set(['id', 'name', 'emails', 'phones', 'jobTitle', 'linkedinLink', 'company', 'companyId', 'avatarUrl', 'createdAt', 'updatedAt', 'deletedAt', 'createdBy', 'updatedBy', 'position']);

/** The fields that the score is made of, under Twenty's names. */
export function inputFields({ model, scorer, fields: named }: { readonly model?: ScoringModel | undefined; readonly scorer?: ExternalScorer | undefined; readonly fields: ScoringFields }): InputFields {
  return scorer === undefined ? modelFields(model ?? ScoringModel.parse({}), named) : questionFields(scorer);
}

interface InputFields {
  readonly person: readonly string[];
  readonly company: readonly string[];
}

function modelFields(model: ScoringModel, { source, employees, industry }: ScoringFields): InputFields {
  const used = (on: 'person' | 'company'): readonly string[] => model.usage.filter((rule) => rule.on === on).map((rule) => rule.field);
  return {
    person: [...new Set(['jobTitle', 'emails', 'company', source, ...Object.keys(model.completeness).filter((name) => model.completeness[name]! > 0), ...used('person')])],
    company: [...new Set([...[employees, industry].filter((name) => name !== undefined), ...used('company')])],
  };
}
