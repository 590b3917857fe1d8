import { z } from 'zod';

/** A person or a company as Twenty returns it; fields under Twenty's own names. */
export type TwentyRecordView = Readonly<Record<string, unknown>> & { readonly id: string };

/** Something that a person did. */
export interface Behaviour {
  readonly kind: 'form' | 'meeting' | 'reply';
  /** Milliseconds since 1970; of a meeting its start, which may lie ahead. */
  readonly atMs: number;
  /** Of a form the integration that took it, `contact-form`. */
  readonly integration?: string;
}

/** All that the model looks at. The same lead always gets the same score and the same words. */
export interface Lead {
  readonly person: TwentyRecordView;
  /** The person's company, unless it lies in the trash. */
  readonly company?: TwentyRecordView;
  /** The address belongs to a mail provider and says nothing about a company. */
  readonly freeMail: boolean;
  readonly behaviour: readonly Behaviour[];
  /** Milliseconds since 1970: what was done fades from then on. */
  readonly nowMs: number;
}

/** What a score is made of; reasons are grouped so that each kind can be capped. */
export type Group = 'seniority' | 'companySize' | 'industry' | 'source' | 'behaviour' | 'usage' | 'email' | 'completeness';

/** Points for one reason, whole ones, in words a salesperson reads. */
export interface Part {
  readonly group: Group;
  readonly points: number;
  readonly text: string;
}

export interface LeadScore {
  /** A whole number from 0 to 100. */
  readonly score: number;
  /** One line each, the weightiest first. Their points make the score, unless the last line says otherwise. */
  readonly reasons: readonly string[];
}

/** What a function in the configuration may make of a score. */
export const AdjustedScore = z.object({
  score: z.number({ error: 'score is not a number' }).refine(Number.isFinite, { error: 'score is not a number' }),
  reasons: z.array(z.string({ error: 'a reason is not a text' }), { error: 'reasons is not a list of texts' }),
});

/** How a record stands to the threshold, kept by Sluice; Twenty's own field may be edited by anybody. */
export interface Standing {
  readonly score: number;
  readonly above: boolean;
  /** The threshold that `above` was judged by. */
  readonly threshold: number;
  /** How many times it has crossed upwards and somebody was to be told; names the alert. */
  readonly crossing: number;
  /** The alert of this crossing has not been made yet. */
  readonly owed: boolean;
}
