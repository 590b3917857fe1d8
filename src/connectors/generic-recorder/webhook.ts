import { search } from '@jmespath-community/jmespath';
import type { HookRequest } from '../../config/use-case.ts';
import { refused } from '../form-source.ts';
import { instantIn, MeetingShape } from '../meeting-shape.ts';
import { readJsonObject } from '../read-json.ts';
import { dedupeOf, idProblem } from '../recorder-source.ts';
import type { RecorderReading } from '../recorder.ts';
import type { GenericWebhookSettings } from './index.ts';

/** Reads a webhook as the configuration says. */
export function readGeneric({ id, only, at, meeting, connection }: GenericWebhookSettings): (request: HookRequest) => RecorderReading {
  return (request) => {
    const json = readJsonObject(request.body);
    if ('kind' in json) return json;
    const payload = json.json;
    const event = only === undefined ? undefined : valueAt(only.at, payload);
    if (only !== undefined && !only.values.includes(String(event))) return { kind: 'answer', status: 200, body: { ignored: typeof event === 'string' ? event : 'something else' } };

    const named = typeof id === 'function' ? id(payload) : valueAt(id, payload);
    const name = typeof named === 'string' || typeof named === 'number' ? String(named) : '';
    const place = typeof id === 'string' ? id : 'id';
    const read = MeetingShape.safeParse(typeof meeting === 'function' ? meeting(payload) : Object.fromEntries(Object.entries(meeting).map(([part, path]) => [part, valueAt(path, payload)])));
    if (!read.success) {
      const [issue] = read.error.issues;
      return refused(issue === undefined ? 'body' : issue.path.map(String).join('.'), 'This part of the meeting is not as expected.');
    }
    const told = at === undefined ? undefined : instantIn(valueAt(at, payload));
    const { summary, participants = [] } = read.data;
    return idProblem(name, place) ?? {
      kind: 'meeting',
      ref: { id: name },
      dedupe: dedupeOf(request),
      ...(told === undefined ? {} : { atMs: Date.parse(told) }),
      content: read.data,
      ask: connection !== undefined && (summary === undefined || participants.length === 0),
    };
  };
}

function valueAt(path: string, payload: unknown): unknown {
  return search(payload as never, path) ?? undefined;
}
