import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { taskTime } from '../../config/task-time.ts';
import type { RecorderSource } from '../../connectors/recorder.ts';
import type { Meeting } from '../../domain/meeting.ts';
import type { Candidate } from './contract.ts';

/** What `meetingNotes({...})` takes. */
export type MeetingNotesInput = z.input<typeof MeetingNotesSettings>;
/** The settings after validation, defaults in place. */
export type MeetingNotesSettings = Readonly<z.output<typeof MeetingNotesSettings>>;
export type NoteSettings = z.output<typeof note>;
export type EmailSettings = z.output<typeof email>;
export type OpportunitySettings = z.output<typeof opportunity>;

const source = z
  .custom<RecorderSource>((value) => typeof value === 'object' && value !== null && 'read' in value && 'problems' in value, {
    error: "Write a recorder such as firefliesWebhook({ secret: secret('FIREFLIES_WEBHOOK_SECRET') }).",
  })
  .superRefine((one, context) => {
    // Its builder kept what is wrong with it, so that all problems come together.
    for (const { path, message } of one?.problems ?? []) context.addIssue({ code: 'custom', path: path.split('.').filter(Boolean), message });
  });

const textOrCode = (example: string) =>
  z.union([z.string().min(1), field.code<(meeting: Meeting) => string>(`(meeting) => '${example}'`)], { error: `Write a text such as '${example}', or a function (meeting) => text.` });

const note = field.settings({
  /** `{title}`, `{date}` and `{host}` stand for the meeting's. */
  title: textOrCode('{title}, {date}').default('{title}'),
  /** When what was said goes into the note. */
  transcript: field.oneOf(['without-summary', 'always', 'never']).default('without-summary'),
});

const tasks = field.settings({
  enabled: field.yesNo().default(true),
  /** Of items that name no day. */
  ...taskTime({ dueInWorkingDays: 3 }),
  /** A member by name or e-mail address, for items that name none when the host is none either. */
  otherwise: field.text('ann@acme.example').optional(),
});

const stages = (example: string) => z.array(field.text(example), { error: `Write a list of stages as the API names them, for example ['${example}'].` });

const opportunity = field.settings({
  enabled: field.yesNo().default(true),
  /** Stages that count as open; without it all but the closed ones. */
  open: stages('PROPOSAL').min(1, { error: 'The list is empty. Leave it out, or write enabled: false.' }).optional(),
  closed: stages('CUSTOMER').default(['CUSTOMER', 'WON', 'LOST', 'CLOSED_WON', 'CLOSED_LOST']),
  /** Which of several: touched last, made last, to be closed first, or a function that answers an id. */
  prefer: z
    .union([z.enum(['touched', 'newest', 'closing']), field.code<(candidates: readonly Candidate[], meeting: Meeting) => string | undefined>('(candidates, meeting) => candidates[0]?.id')], {
      error: "Write 'touched', 'newest', 'closing' or a function (candidates, meeting) => candidates[0]?.id.",
    })
    .default('touched'),
});

const EMAIL_REMEDY = "Write { from: 'Sluice <sluice@acme.example>' } to mail your own people who took part, with to: 'everyone' all who did, or { to: 'nobody' }.";

const email = field
  .settings({
    to: field.oneOf(['nobody', 'internal', 'everyone']).default('internal'),
    from: field.emailAddress().optional(),
    subject: textOrCode('Summary: {title}').default('Summary: {title}'),
    /** The connection that sends it. */
    mail: field.text('mail').default('mail'),
  }, EMAIL_REMEDY)
  .superRefine(({ to, from }, context) => {
    if (to !== 'nobody' && from === undefined) context.addIssue({ code: 'custom', path: ['from'], message: `Is missing. ${EMAIL_REMEDY}` });
  });

const optOut = z.union(
  [field.apiName('noMeetingMails').transform((name) => ({ field: name, values: undefined })), field.settings({ field: field.apiName('mailing'), values: z.array(z.string()).min(1) })],
  { error: "Write the yes/no field of the person that says who wants no mail, 'noMeetingMails', or { field: 'mailing', values: ['UNSUBSCRIBED'] }." },
);

export const MeetingNotesSettings = field
  .settings({
    source,
    /** The connection that is written to. */
    twenty: field.text('twenty').default('twenty'),
    /** Domains whose addresses are our own people's, beside the members of the workspace. */
    ownDomains: z.array(field.text('acme.example'), { error: "Write a list of domains, for example ['acme.example']." }).default([]),
    /** Who took part and is not in Twenty: left out and named in the outcome, or made a person. */
    unknown: field.oneOf(['skip', 'create']).default('skip'),
    /** A meeting of which neither a person nor a company is in Twenty: no note, or a note that is linked to nothing. */
    nothingFound: field.oneOf(['skip', 'note']).default('skip'),
    /** News without a summary or action items: a note that the summary completes later, or none before it is there. */
    withoutSummary: field.oneOf(['note', 'wait']).default('note'),
    /** Makes a summary out of what was said where the recorder makes none; may ask elsewhere, and is asked again when a step is repeated. */
    summarise: field.code<(meeting: Meeting) => SummarisedInput | Promise<SummarisedInput>>('async ({ transcript }) => ({ summary: …, actionItems: […] })').optional(),
    note: note.prefault({}),
    tasks: tasks.prefault({}),
    opportunity: opportunity.prefault({}),
    email,
    /** Field of the person that says who wants no mail. */
    optOut: optOut.optional(),
    /** The workspace's time zone when left out. */
    timeZone: field.timeZone().optional(),
  })
  .superRefine((value, context) => {
    if (value.email?.to === 'everyone' && value.optOut === undefined) {
      context.addIssue({ code: 'custom', path: ['optOut'], message: "Is missing. Who is outside may want no mail: name the yes/no field of the person that says so, for example 'noMeetingMails' (“sluice setup” makes it)." });
    }
  });

interface SummarisedInput {
  /** Markdown. */
  readonly summary?: string;
  /** A text, a list of texts, or of `{ text, assignee, dueOn }`. */
  readonly actionItems?: unknown;
}
