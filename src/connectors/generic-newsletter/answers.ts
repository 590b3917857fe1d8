import { z } from 'zod';

/** How the tool's answer to `add` or `progress` is read. Everything may be missing: then everybody was taken. */
export type AddedAnswer = z.output<typeof AddedAnswer>;
export const AddedAnswer = z.looseObject({
  /** Those who are not to be mailed. */
  refused: z.array(z.union([z.string(), z.looseObject({ email: z.string(), says: z.string().nullish(), unsubscribed: z.boolean().nullish() })])).nullish(),
  /** Those who were there before. */
  already: z.array(z.string()).nullish(),
  /** What the tool works off by itself is asked for with `progress` until that answers without one. */
  job: z.union([z.string(), z.number()]).nullish(),
  /** The tool gave up on all of it, and says why. */
  failed: z.string().nullish(),
});

/** How the tool's answer to `standings` is read. */
export type StandingsAnswer = z.output<typeof StandingsAnswer>;
export const StandingsAnswer = z.looseObject({
  members: z.array(z.looseObject({ email: z.string(), unsubscribed: z.boolean().nullish() })),
  /** What to ask for next; nothing after the last page. */
  next: z.union([z.string(), z.number()]).nullish(),
});
