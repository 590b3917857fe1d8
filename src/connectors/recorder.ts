import type { Meeting } from '../domain/meeting.ts';
import type { HookRequest, Verification } from '../config/use-case.ts';
import type { ConfigProblem } from '../config/problems.ts';
import type { FormRefusal } from './form-source.ts';
import type { ToolCall } from './tool.ts';

/** A tool in the role `recorder`: it is asked for what its webhooks only point to. Reads only. */
export interface Recorder {
  readonly service: string;
  /** All that it knows of a meeting; undefined when it knows none of that id. Throws only ConnectorError. */
  meeting(ref: MeetingRef, call: ToolCall): Promise<Meeting | undefined>;
}

/** What a webhook says by which the recorder finds the meeting again. */
export interface MeetingRef {
  readonly id: string;
  /** Of use to this recorder only: `{ createdAt: '2026-11-24T15:00:00Z' }`. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** The other side of a recorder: how its webhooks are checked, limited and read, at the door and again in a run. */
export interface RecorderSource {
  /** “Fireflies”. */
  readonly name: string;
  readonly verification: Verification;
  readonly contentTypes: readonly string[];
  readonly maxBodyBytes: number;
  /** The connection that is asked for what a webhook does not bring; undefined when there is none. */
  readonly connection?: string;
  /** What is wrong with its settings, with paths inside the source. */
  readonly problems: readonly ConfigProblem[];
  /** Pure: the same request gives the same reading. */
  read(request: HookRequest): RecorderReading;
}

export type RecorderReading =
  | MeetingNews
  /** News that nobody needs, or a test call: answered, never stored. */
  | { readonly kind: 'answer'; readonly status: 200; readonly body: unknown }
  | FormRefusal;

/** A webhook that tells of a meeting. */
export interface MeetingNews {
  readonly kind: 'meeting';
  readonly ref: MeetingRef;
  /** The same for every delivery of the same news; with a window where the recorder names its deliveries by nothing of their own. */
  readonly dedupe: { readonly key: string; readonly windowMs?: number };
  /** When the recorder says that it was so, milliseconds since 1970; undefined when it does not say. */
  readonly atMs?: number;
  /** What it says itself. */
  readonly content: Meeting;
  /** Something is missing that the recorder can be asked for. */
  readonly ask: boolean;
}
