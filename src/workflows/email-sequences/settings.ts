import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { taskTime } from '../../config/task-time.ts';
import type { NewsSource } from '../../connectors/sequence-news.ts';
import { Rule } from './conditions.ts';
import type { Candidate } from './contract.ts';
import { fieldsOf, type SequenceRule, STATES, type ToldState } from './rules.ts';

/** What `emailSequences({...})` takes. */
export type EmailSequencesInput = z.input<typeof EmailSequencesSettings>;
/** The settings after validation, defaults in place. */
export type EmailSequencesSettings = Readonly<z.output<typeof EmailSequencesSettings>>;
export type FollowUp = z.output<typeof followUp>;

const TOLD = STATES.slice(2) as readonly ToldState[];

/** A tick, a date or any text in the field means yes. */
const marks = (example: string) => field.oneOrMany(field.apiName(example), `Write a field of the person, for example '${example}', or a list of them.`).default([]);

const write = field.settings({
  sequence: field.apiName('emailSequence').default('emailSequence'),
  state: field.apiName('emailSequenceState').default('emailSequenceState'),
  at: field.apiName('emailSequenceAt').default('emailSequenceAt'),
}, "Write { sequence: 'emailSequence' } with names of fields of the person.");

const followUp = field.settings({
  /** `{name}`, `{company}` and `{sequence}` stand for the person's. */
  title: z.union([z.string().min(1), field.code<(candidate: Candidate, sequence: string) => string>("({ person }, sequence) => 'Follow up'")], { error: "Write a text such as 'Follow up with {name}', or a function (candidate, sequence) => text." }).default('Follow up with {name} ({sequence})'),
  ...taskTime({ dueInWorkingDays: 5 }),
  /** A member by name or e-mail address, for people whom nobody owns. */
  otherwise: field.text('ann@acme.example').optional(),
  /** With this news there is nothing left to follow up: the task is done. With other news it is told what happened. */
  doneWhen: z.array(field.oneOf(TOLD), { error: "Write a list such as ['bounced', 'unsubscribed']." }).default(['bounced', 'unsubscribed']),
}, 'Write { dueInWorkingDays: 5 }, or false for no task.');

const variables = z.union([
  z.record(z.string().regex(/^[A-Za-z_]\w*$/, { error: 'Write a name of letters, digits and _, as the sequence knows it.' }), field.text('city')),
  field.code<(candidate: Candidate) => Readonly<Record<string, string>>>('({ person }) => ({ city: person.city })'),
], { error: "Write { city: 'city' } with fields of the person (or 'company.industry'), or a function (candidate) => ({ city: '…' })." });

const webhook = z
  .custom<NewsSource>((value) => typeof value === 'object' && value !== null && 'read' in value && 'problems' in value, { error: 'Write the webhook of the tool, such as lemlistNews({…}) or smartleadNews({…}).' })
  .superRefine((one, context) => {
    for (const { path, message } of one.problems ?? []) context.addIssue({ code: 'custom', path: path.split('.').filter(Boolean), message });
  });

export const EmailSequencesSettings = field
  .settings({
    /** The connection whose people are enrolled. */
    twenty: field.text('twenty').default('twenty'),
    /** The connection of the sequence tool. */
    tool: field.text('lemlist'),
    /** The first rule that fits a person chooses the sequence. */
    rules: z.array(Rule, { error: "Write a list such as [{ field: 'leadScore', operator: 'atLeast', value: 70, sequence: 'cam_hot' }]." }).default([]),
    /** Chooses the sequence instead of the rules: its id, or nothing for nobody. */
    choose: field.code<(candidate: Candidate) => string | undefined | Promise<string | undefined>>("({ person }) => (person.leadScore >= 70 ? 'cam_hot' : undefined)").optional(),
    /** Whom it is about at all, before rules and `choose` are asked. */
    criteria: field.code<(candidate: Candidate) => boolean | Promise<boolean>>("({ person }) => person.jobTitle !== ''").optional(),
    /** Fields of the person whose change is worth a look; needed with functions, else those that the rules read. */
    watch: z.array(field.apiName('jobTitle'), { error: "Write a list of fields of the person, for example ['jobTitle', 'leadScore']." }).min(1, { error: 'The list is empty. Leave it out to watch what the rules read.' }).optional(),
    /** Further fields that functions and variables read. */
    read: field.settings({ person: z.array(field.apiName('city')).default([]), company: z.array(field.apiName('industry')).default([]) }, "Write { person: ['city'], company: ['industry'] }.").prefault({}),
    optedOut: marks('emailOptOut'),
    bounced: marks('emailBounced'),
    /** A person who was in one of the sequences may be put into another one: when it finished without an answer, never, or always. */
    another: field.oneOf(['when-finished', 'never', 'always']).default('when-finished'),
    /** Own texts for the mails, beside name, company, job title, phone and LinkedIn. */
    variables: variables.default({}),
    /** What people call the sequences, by id. */
    names: z.record(z.string(), field.text('Hot leads'), { error: "Write { cam_hot: 'Hot leads' }." }).default({}),
    /** Relation from the person to a workspace member; without it, or where it is empty, the company's account owner counts. */
    owner: field.apiName('owner').optional(),
    /** Fields of the person that are written; `sluice setup` makes them. */
    write: write.prefault({}),
    followUp: z.union([followUp, z.literal(false)], { error: 'Write { dueInWorkingDays: 5 }, or false for no task.' }).prefault({}),
    /** How the tool tells what became of people, at `POST /hooks/{integration}`. */
    webhook: webhook.optional(),
    /** News that counts; all else is acknowledged and dropped. */
    news: z.array(field.oneOf(TOLD), { error: `Write a list out of ${TOLD.join(', ')}.` }).default(['finished', 'bounced', 'replied', 'unsubscribed']),
    /** An edit session makes one run: the record has to be quiet this long, but is looked at after `maxSeconds` at the latest. */
    settle: field.settings({ quietSeconds: field.wholeNumber(0, 3600), maxSeconds: field.wholeNumber(0, 86_400) }, 'Write { quietSeconds: 30, maxSeconds: 300 }.').default({ quietSeconds: 30, maxSeconds: 300 }),
    guards: field
      .settings({
        maxRunsPerRecordPerHour: field.wholeNumber(1, 10_000).default(20),
        flood: field.settings({ above: field.wholeNumber(1, 10_000_000), then: field.oneOf(['sets', 'hold']) }, "Write { above: 2000, then: 'hold' }.").default({ above: 2_000, then: 'hold' }),
      })
      .prefault({}),
  })
  .superRefine((value, context) => {
    const issue = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if ((value.rules.length === 0) === (value.choose === undefined)) issue(['rules'], value.choose === undefined ? "Is missing. Write rules such as [{ field: 'leadScore', operator: 'atLeast', value: 70, sequence: 'cam_hot' }], or a function choose." : 'Rules and a function choose would both choose the sequence: leave one out.');
    // A rule with problems of its own is still as it was written.
    const conditions = value.rules.flatMap((rule) => (rule as Partial<SequenceRule>).when ?? []);
    const own = Object.values(value.write);
    own.forEach((name, i) => {
      const key = Object.keys(value.write)[i]!;
      if (own.indexOf(name) < i) issue(['write', key], `“${name}” is written twice. Name three different fields.`);
      if (STANDARD.has(name)) issue(['write', key], `“${name}” is one of Twenty's own fields. Name a field of its own, for example 'emailSequence'.`);
    });
    if ((value.choose !== undefined || value.criteria !== undefined) && value.watch === undefined) issue(['watch'], 'Is missing. What a function reads nobody can know: name the fields of the person whose change is worth a look.');
    for (const [path, names] of [['watch', value.watch ?? []], ['rules', fieldsOf(conditions).person], ['optedOut', value.optedOut], ['bounced', value.bounced]] as const) {
      for (const name of names) if (own.includes(name)) issue([path], `“${name}” is written by this integration, so it would set itself off. Leave it out.`);
    }
    if (value.settle.maxSeconds < value.settle.quietSeconds) issue(['settle', 'maxSeconds'], `Write at least ${String(value.settle.quietSeconds)}, as many as quietSeconds.`);
  });

/** Twenty's own fields of a person; writing one of them would be a mistake that nobody sees. */
const STANDARD = new Set(['id', 'name', 'emails', 'phones', 'jobTitle', 'linkedinLink', 'company', 'companyId', 'avatarUrl', 'createdAt', 'updatedAt', 'deletedAt', 'createdBy', 'updatedBy', 'position']);
