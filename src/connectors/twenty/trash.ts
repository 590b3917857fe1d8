import { z } from 'zod';
import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import { TwentyRefusal } from './errors.ts';
import { rootField } from './objects.ts';
import type { ObjectShape } from './objects.ts';

/** Moves one record to the trash. Answers false when it is not there any more. */
export async function softDelete(connection: Connection, object: ObjectShape, id: string, ctx: CallContext): Promise<boolean> {
  return byId(connection, object, 'delete', id, ctx);
}

/** Brings one record back from the trash. Answers false when it is not there any more. */
export async function restore(connection: Connection, object: ObjectShape, id: string, ctx: CallContext): Promise<boolean> {
  return byId(connection, object, 'restore', id, ctx);
}

/** Destroys a record that an upsert of ours made anew by mistake. Nothing else may be destroyed, so the client has no door to it. */
export async function destroyGhost(connection: Connection, object: ObjectShape, id: string, ctx: CallContext): Promise<void> {
  await byId(connection, object, 'destroy', id, ctx);
}

async function byId(connection: Connection, object: ObjectShape, verb: 'delete' | 'destroy' | 'restore', id: string, ctx: CallContext): Promise<boolean> {
  try {
    await call(connection, {
      kind: 'mutation', rootField: rootField(verb, object.one), records: 1,
      types: { id: 'UUID!' }, values: { id }, selection: 'id', answer: z.looseObject({ id: z.string() }),
    }, ctx);
    return true;
  } catch (error) {
    if (error instanceof TwentyRefusal && error.reason === 'not_found') return false;
    throw error;
  }
}
