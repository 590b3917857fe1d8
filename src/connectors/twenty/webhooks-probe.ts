import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { isProbeId } from '../../domain/probe.ts';
import type { RecordAction } from '../../domain/record-event.ts';
import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import { TwentyRefusal } from './errors.ts';
import type { TwentyObject } from './metadata.ts';
import { rootField } from './objects.ts';

/** A record that is written only to see its event come back. */
export interface ProbeSubject {
  /** Singular name of the object. */
  readonly object: string;
  /** The action whose event is awaited. */
  readonly action: RecordAction;
  /** What the record says, so that a person who meets it knows what it is. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface TwentyProbes {
  /** Creates the record and does what brings the awaited event, apart from its end. Throws ConnectorError. */
  write(subject: ProbeSubject, id: string, ctx: CallContext): Promise<void>;
  /** Destroys it. False when it is not there. Refuses any id that is not a probe's. */
  remove(object: string, id: string, ctx: CallContext): Promise<boolean>;
}

/**
 * Which record makes the least noise: of an object that is watched, by preference one without workflows of Twenty's own, and
 * by its creation where that is watched. Undefined when nothing that is watched can be written.
 */
export function chooseProbe(interests: readonly { readonly object: string; readonly actions: readonly RecordAction[] }[], objects: readonly TwentyObject[]): ProbeSubject | undefined {
  const subjects = interests.flatMap(({ object, actions }): ProbeSubject[] => {
    const found = objects.find(({ nameSingular }) => nameSingular === object);
    const action = ACTIONS.find((one) => actions.includes(one));
    return found === undefined || action === undefined || READ_ONLY.has(object) ? [] : [{ object, action, data: nameOf(found) }];
  });
  return subjects.sort((a, b) => noise(a) - noise(b))[0];
}

export function probeCalls(connection: Connection): TwentyProbes {
  const mutate = async (rootName: string, types: Readonly<Record<string, string>>, values: Readonly<Record<string, unknown>>, ctx: CallContext): Promise<void> => {
    await call(connection, { kind: 'mutation', rootField: rootName, records: 1, types, values, selection: 'id', answer: z.looseObject({ id: z.string() }) }, ctx);
  };
  return {
    async write({ object, action, data }, id, ctx) {
      assertProbe(id);
      const type = object.charAt(0).toUpperCase() + object.slice(1);
      await mutate(rootField('create', object), { data: `${type}CreateInput!` }, { data: { ...data, id } }, ctx);
      if (action === 'updated') await mutate(rootField('update', object), { id: 'UUID!', data: `${type}UpdateInput!` }, { id, data: again(data) }, ctx);
      if (action === 'deleted' || action === 'restored') await mutate(rootField('delete', object), { id: 'UUID!' }, { id }, ctx);
      if (action === 'restored') await mutate(rootField('restore', object), { id: 'UUID!' }, { id }, ctx);
    },
    async remove(object, id, ctx) {
      assertProbe(id);
      try {
        await mutate(rootField('destroy', object), { id: 'UUID!' }, { id }, ctx);
        return true;
      } catch (error) {
        if (error instanceof TwentyRefusal && error.reason === 'not_found') return false;
        throw error;
      }
    },
  };
}

const ACTIONS: readonly RecordAction[] = ['created', 'updated', 'deleted', 'restored', 'destroyed'];
/** A workspace member is no record of ours to write. */
const READ_ONLY: ReadonlySet<string> = new Set(['workspaceMember']);
/** Every workspace has a workflow that listens to people. */
const BY_NOISE: readonly string[] = ['note', 'task', 'opportunity', 'company'];

function noise({ object, action }: ProbeSubject): number {
  const place = BY_NOISE.indexOf(object);
  return ACTIONS.indexOf(action) * 100 + (object === 'person' ? 99 : place < 0 ? 50 : place);
}

function nameOf({ fields = [] }: TwentyObject): Readonly<Record<string, unknown>> {
  const has = (name: string, type: string): boolean => fields.some((field) => field.name === name && field.type === type);
  if (has('name', 'FULL_NAME')) return { name: { firstName: 'Sluice', lastName: 'probe' } };
  if (has('name', 'TEXT')) return { name: 'Sluice probe' };
  return has('title', 'TEXT') ? { title: 'Sluice probe' } : {};
}

/** Another value: a write that changes nothing sends no event. */
function again(data: ProbeSubject['data']): Readonly<Record<string, unknown>> {
  const [field, value] = Object.entries(data)[0] ?? ['position', undefined];
  if (value === undefined) return { [field]: 1 };
  return { [field]: typeof value === 'string' ? `${value} (2)` : { firstName: 'Sluice', lastName: 'probe (2)' } };
}

function assertProbe(id: string): void {
  if (!isProbeId(id)) throw new ConnectorError('twenty', 'rejected', `twenty: ${id} is not the id of a probe`);
}
