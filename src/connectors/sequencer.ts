import type { ToolCall } from './tool.ts';

/** A tool in the role `sequencer`: it mails people one step after the other, until they answer. */
export interface Sequencer {
  readonly service: string;
  /** Leads that one request takes at most; 1 where the tool has no bulk form. */
  readonly atOnce: number;
  /**
   * Puts leads into a sequence; the ends stand in their order. Being in it already is an end like any other, and what the tool
   * refuses of one lead ends that one. Throws ConnectorError, `rejected` only where the request as a whole was refused.
   */
  enrol(sequence: string, leads: readonly SequenceLead[], call: ToolCall): Promise<readonly EnrolEnd[]>;
  /**
   * Asked of leads of whom nobody heard how their enrolment ended, before they are sent again. Left out where sending them again
   * does the same as sending them once.
   */
  lookUp?(sequence: string, leads: readonly SequenceLead[], call: ToolCall): Promise<readonly EnrolFinding[]>;
}

/** A person as a sequence tool takes them. Absent is what Twenty does not know. */
export interface SequenceLead {
  /** Lower case. */
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly companyName?: string;
  /** `acme.example` */
  readonly companyDomain?: string;
  readonly jobTitle?: string;
  /** With the country's code, `+4930901820`. */
  readonly phone?: string;
  readonly linkedinUrl?: string;
  /** Own texts for the mails, under the names that the sequence knows. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * How the enrolment of one lead ended. `skipped`: the tool will not write to them, for a reason of theirs or of its own. `full`: its
 * plan takes no more. Messages are for salespeople.
 */
export type EnrolEnd =
  | { readonly status: 'enrolled' | 'already'; readonly leadId?: string }
  | { readonly status: 'skipped'; readonly code: EnrolSkip; readonly message: string }
  | { readonly status: 'full' | 'refused'; readonly message: string };

/** `elsewhere`: in another sequence of the tool. `not_taken`: left out, and the tool does not say for whom it is why. */
export type EnrolSkip = 'opted_out' | 'bounced' | 'blocked' | 'elsewhere' | 'invalid_email' | 'not_taken';

/** What is found out about an enrolment of unknown outcome; `unknown` where the tool cannot tell. */
export type EnrolFinding = { readonly status: 'already'; readonly leadId?: string } | 'absent' | 'unknown';
