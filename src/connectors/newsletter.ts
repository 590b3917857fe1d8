import type { ToolCall } from './tool.ts';

/** A tool in the role `newsletter`: it keeps lists of people and mails them. Its methods throw only ConnectorError and retry nothing. */
export interface NewsletterTool {
  readonly service: string;
  /** How many people one request takes. */
  readonly most: number;
  /**
   * Adds people to a list in the tool's bulk form, at most `most` of them. Adding somebody again changes nothing, and who has
   * unsubscribed in the tool stays so, whatever the request says.
   */
  add(request: ListRequest, call: ToolCall): Promise<Added>;
  /** How far a request is that the tool works off by itself; asked until it is done. */
  progress?(job: string, call: ToolCall): Promise<Added>;
  /** For a tool whose answer to `add` does not say how everybody stands: those it has on the list, page by page. */
  standings?(list: ListRef, cursor: string | undefined, call: ToolCall): Promise<StandingPage>;
  /** Undefined when it only keeps lists. */
  readonly mailings?: Mailings;
}

/** A list as the tool knows it. */
export interface ListRef {
  /** Its id: a Mailchimp audience, a Brevo list, a Kit tag, a Resend segment. */
  readonly list: string;
  /** A part of it, where the tool has such: the id of a Mailchimp tag. */
  readonly group?: string | undefined;
}

export interface ListRequest extends ListRef {
  readonly people: readonly ListPerson[];
}

export interface ListPerson {
  /** In lower case. */
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** Further values under the tool's own names of fields. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** How a bulk request ended, or the job that it has become. */
export type Added =
  | {
      readonly state: 'done';
      /** Those who are not to be mailed, each with what the tool says. Everybody else is on the list. */
      readonly refused: readonly Refused[];
      /** Those who were on the list before, as far as the tool tells. */
      readonly already: readonly string[];
      /** How many the tool refused without saying whom; who they are is seen in `standings`. */
      readonly unnamed: number;
    }
  | { readonly state: 'under way'; readonly job: string }
  /** The tool gave up on the whole request. */
  | { readonly state: 'failed'; readonly says: string };

export interface Refused {
  readonly email: string;
  /** `unsubscribed`: the person said no to the tool, complained or bounced. */
  readonly why: 'unsubscribed' | 'refused';
  readonly says: string;
}

export interface StandingPage {
  readonly members: readonly { readonly email: string; readonly unsubscribed: boolean }[];
  /** What to ask for next; undefined after the last page. */
  readonly next: string | undefined;
}

/** Mailings to a list. Their names are unique, so that one that was made and not heard of is found again. */
export interface Mailings {
  /** Makes a draft. */
  draft(request: Mailing, call: ToolCall): Promise<{ readonly id: string }>;
  /** The one of that name, completed if it was left half made; undefined when there is none. */
  resume(request: Mailing, call: ToolCall): Promise<{ readonly id: string } | undefined>;
  /** Sends a draft to everybody on its list who may be mailed. */
  send(id: string, request: Mailing, call: ToolCall): Promise<void>;
  /** Whether it is sent, or on its way. */
  isSent(id: string, call: ToolCall): Promise<boolean>;
}

export interface Mailing extends ListRef {
  readonly name: string;
  readonly subject: string;
  readonly from: { readonly name?: string | undefined; readonly email: string };
  readonly replyTo?: string | undefined;
  /** What inboxes show beside the subject. */
  readonly preview?: string | undefined;
  readonly html?: string | undefined;
  readonly text?: string | undefined;
  /** What people may opt out of by itself, where the tool has such: the id of a Resend topic. */
  readonly topic?: string | undefined;
}

/** `done` for a tool that names everybody it refuses. */
export function added(refused: readonly Refused[] = [], already: readonly string[] = []): Added {
  return { state: 'done', refused, already, unnamed: 0 };
}
