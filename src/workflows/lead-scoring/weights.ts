import { z } from 'zod';
import * as field from '../../config/fields.ts';

/** Whole points for one reason; below zero they count against the lead. */
const points = field.wholeNumber(-100, 100);

const cap = field.wholeNumber(0, 100).optional();

const bands = z
  .array(field.settings({ from: z.number({ error: 'Write a number, for example 200.' }), points }, 'Write { from: 200, points: 15 }.'), { error: 'Write a list of bands, for example [{ from: 200, points: 15 }].' })
  .superRefine((list, context) => {
    list.forEach(({ from }, i) => {
      if (i > 0 && from <= list[i - 1]!.from) context.addIssue({ code: 'custom', path: [i, 'from'], message: `Bands go upwards: write more than ${String(list[i - 1]!.from)}.` });
    });
  });

const match = z.array(
  field.settings({ match: field.oneOrMany(field.text('software'), "Write a word, or a list of them, for example ['software', 'saas']."), points, says: field.text('known from a meeting').optional() }, "Write { match: ['software'], points: 15 }."),
  { error: "Write a list such as [{ match: ['software'], points: 15 }]." },
);

/** `halfLifeDays`: after that many days it counts half, after twice as many a quarter. */
const fading = { points: field.wholeNumber(1, 100), halfLifeDays: field.wholeNumber(1, 3650), most: field.wholeNumber(1, 100), says: field.text('asked for a demo') };

const usage = z.union(
  [
    field.settings({ on: field.oneOf(['person', 'company']), field: field.text('activeUsers'), says: field.text('active users'), bands }),
    field.settings({ on: field.oneOf(['person', 'company']), field: field.text('lastSeenAt'), says: field.text('used the product'), points: field.wholeNumber(1, 100), halfLifeDays: field.wholeNumber(1, 3650) }),
  ],
  { error: "Write { on: 'company', field: 'activeUsers', says: 'active users', bands: [{ from: 10, points: 10 }] } for a number, or { on: 'person', field: 'lastSeenAt', says: 'used the product', points: 10, halfLifeDays: 14 } for a date." },
);

const SENIORITY = { owner: 25, cLevel: 25, vp: 20, director: 15, manager: 10, senior: 5, junior: -5 } as const;
const COMPANY_SIZE = [{ from: 10, points: 4 }, { from: 50, points: 10 }, { from: 200, points: 15 }, { from: 1000, points: 20 }];
const SOURCE = [
  { match: ['CALENDAR'], points: 8, says: 'known from a meeting' },
  { match: ['EMAIL'], points: 5, says: 'known from an exchange of e-mails' },
];
const CAPS = { behaviour: 40, usage: 20 } as const;

/** What counts how much. Every list replaces the default one; the single weights are merged with the defaults. */
export type ScoringModel = z.output<typeof ScoringModel>;
export const ScoringModel = field.settings({
  /** By what the job title says. */
  seniority: field.settings({ owner: points.default(SENIORITY.owner), cLevel: points.default(SENIORITY.cLevel), vp: points.default(SENIORITY.vp), director: points.default(SENIORITY.director), manager: points.default(SENIORITY.manager), senior: points.default(SENIORITY.senior), junior: points.default(SENIORITY.junior) }).prefault({}),
  /** By the number of people who work for the company. */
  companySize: bands.default(COMPANY_SIZE),
  /** By words in the company's industry, upper and lower case alike; the best match counts. */
  industry: match.default([]),
  /** By where the person came from; the best match counts. */
  source: match.default(SOURCE),
  /** Forms taken by Sluice. Without `integrations` all of them; of several rules that fit one form the best counts. */
  forms: z
    .array(field.settings({ ...fading, integrations: z.array(field.text('demo-request')).optional() }), { error: "Write a list such as [{ points: 15, halfLifeDays: 30, most: 30, says: 'filled in a form' }]." })
    .default([{ points: 15, halfLifeDays: 30, most: 30, says: 'filled in a form' }]),
  /** Meetings in Twenty's calendar; costs one call more for 200 people. */
  meetings: field.settings(fading).optional(),
  /** E-mails that the person wrote, as Twenty's mailbox has them; costs one call more for 200 people. */
  replies: field.settings(fading).optional(),
  /** Numbers and dates on the person or the company, for example what a product data sync writes there. */
  usage: z.array(usage, { error: 'Write a list of usage rules, or leave it out.' }).default([]),
  /** An address at a mail provider such as gmail.com; none at all. */
  email: field.settings({ freeMail: points.default(-10), none: points.default(-5) }).prefault({}),
  /** Points for each of the person's fields that is filled. */
  completeness: z.record(z.string(), field.wholeNumber(0, 100), { error: 'Write { phones: 2, jobTitle: 2 } with fields of the person.' }).default({ phones: 2, jobTitle: 2, linkedinLink: 2, company: 4 }),
  /** At most this many points of each kind. */
  caps: field
    .settings({ seniority: cap, companySize: cap, industry: cap, source: cap, behaviour: cap, usage: cap, email: cap, completeness: cap }, 'Write { behaviour: 40 }.')
    .default(CAPS),
  /** Lines written to the record; what is left over is summed up in one more. */
  maxReasons: field.wholeNumber(1, 30).default(6),
});
