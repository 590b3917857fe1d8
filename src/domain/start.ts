import { readSelection, type Selection } from './selection.ts';

/** What a person, a program or Temporal's Web UI sends to start an integration by hand. All of it may be left out. */
export interface StartRequest {
  /** The same id is the same start, however often it is sent; up to 200 characters without blanks. */
  readonly requestId?: string;
  /** Which records, for an integration that runs over records. */
  readonly selection?: Selection;
  /** Whatever the integration makes of it; kept with the event. */
  readonly input?: unknown;
  /** Who starts it, as it is written down. */
  readonly by?: string;
  /** Plan only. */
  readonly dryRun?: boolean;
}

/** The body of an event that a start by hand or by the clock leaves in the inbox, as JSON. */
export interface StartBody extends Omit<StartRequest, 'requestId' | 'dryRun'> {
  readonly trigger: 'manual' | 'schedule';
  readonly requestId?: string;
  /** Name of the schedule within the integration. */
  readonly schedule?: string;
  /** The time a schedule meant, ISO 8601; a late firing still says when it was due. */
  readonly nominalAt?: string;
}

/** Why a start was not understood, or is not for this integration. */
export interface StartProblem {
  /** `selection.ids.3`; empty for the whole request. */
  readonly path: string;
  readonly message: string;
}

export type StartReading = { readonly ok: true; readonly start: StartRequest } | { readonly ok: false; readonly problem: StartProblem };

/** The workflow that turns a selection into deliveries of records. */
export const SELECTING_WORKFLOW = 'selectRecords';

export const START_EXAMPLE = '{ "requestId": "2026-01-31-north", "selection": { "view": "Leads in the north" }, "by": "ann" }';

/** Reads a start that came from outside: nothing, a list of record ids, or a `StartRequest`. */
export function readStart(message: unknown): StartReading {
  if (message === undefined || message === null) return { ok: true, start: {} };
  if (Array.isArray(message)) return readFields({ selection: { ids: message } });
  if (!isObject(message)) return refused('', `Is neither nothing, nor a list of record ids, nor an object such as ${START_EXAMPLE}.`);
  return readFields(message);
}

/** How a start is known again; undefined when it names no request. */
export function isRequestId(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value);
}

const FIELDS = ['requestId', 'selection', 'input', 'by', 'dryRun'];

function readFields(message: Readonly<Record<string, unknown>>): StartReading {
  const unknown = Object.keys(message).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) return refused(unknown, `Is not known here; known are ${FIELDS.join(', ')}.`);
  const { requestId, selection, input, by, dryRun } = message;
  if (isSaid(requestId) && !isRequestId(requestId)) return refused('requestId', 'Must be a text of 1 to 200 printable characters without blanks.');
  if (isSaid(by) && (typeof by !== 'string' || !/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(by))) return refused('by', 'Must be a text of 1 to 200 characters.');
  if (isSaid(dryRun) && typeof dryRun !== 'boolean') return refused('dryRun', 'Must be true or false.');
  const chosen = isSaid(selection) ? readSelection(selection) : undefined;
  if (chosen?.ok === false) {
    const { path = '', message: why = '' } = chosen.problems[0] ?? {};
    return refused(path === '' ? 'selection' : `selection.${path}`, why);
  }
  return {
    ok: true,
    start: {
      ...(isSaid(requestId) ? { requestId } : {}),
      ...(chosen === undefined ? {} : { selection: chosen.selection }),
      ...(isSaid(input) ? { input } : {}),
      ...(isSaid(by) ? { by: by as string } : {}),
      ...(dryRun === true ? { dryRun } : {}),
    },
  };
}

function isSaid<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}

function refused(path: string, message: string): StartReading {
  return { ok: false, problem: { path, message } };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
