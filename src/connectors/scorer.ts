import type { ToolCall } from './tool.ts';

/** A lead as a scoring service is asked about it. */
export interface LeadQuestion {
  /** The person's id in Twenty: answers are told apart by it. */
  readonly id: string;
  /** In lower case. */
  readonly email?: string;
  /** The company's domain, or the address's where it is not a mail provider's. */
  readonly domain?: string;
  /** What the configuration sends beside, under its names. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What a service thinks of a lead. It gives a score, a grade or both. */
export interface ScorerAnswer {
  /** From 0 to 100; services that go beyond are cut. */
  readonly score?: number;
  /** The service's own word, `very good` or `A`. */
  readonly grade?: string;
  /** One line each, as the service words them. */
  readonly reasons: readonly string[];
}

/** A tool in the role `scorer`. Asking changes nothing there, but may cost credits: whoever asks keeps the answers. */
export interface Scorer {
  /** Leads that one request may be about. */
  readonly perRequest: number;
  /** Asks about at most `perRequest` leads. Leads that the service does not know are not among the answers, which are told by the leads' ids. */
  score(leads: readonly LeadQuestion[], call: ToolCall): Promise<ReadonlyMap<string, ScorerAnswer>>;
}
