import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { CounterpartObject } from '../counterpart.ts';
import type { ToolCall } from '../tool.ts';
import { type Api, ask, midway, SERVICE } from './api.ts';

/** For so long the names of an object's properties are believed. */
const KEPT_MS = 60_000;

const Listed = z.object({ results: z.array(z.object({ name: z.string() })) });

/** Throws when a property is not there; answers the call to go on with. */
export type CheckProperties = (object: CounterpartObject, call: ToolCall) => Promise<ToolCall>;

/**
 * HubSpot leaves out of an answer what it has no property for, and a property that somebody deleted there would read as emptied on every
 * record. So their names are asked for before records are read, once a minute at most.
 */
export function checkProperties(api: Api): CheckProperties {
  const known = new Map<string, { readonly names: ReadonlySet<string>; readonly untilMs: number }>();
  return async ({ name, fields }, call) => {
    let own = known.get(name);
    const isFresh = own !== undefined && own.untilMs > performance.now();
    if (own === undefined || !isFresh) {
      const { body } = await ask(api, { method: 'GET', url: `/crm/v3/properties/${encodeURIComponent(name)}`, answer: Listed }, call);
      own = { names: new Set(body!.results.map((property) => property.name)), untilMs: performance.now() + KEPT_MS };
      known.set(name, own);
    }
    const { names } = own;
    const missing = fields.filter((field) => !names.has(field));
    if (missing.length > 0) {
      known.delete(name);
      const what = missing.map((field) => `“${field}”`).join(', ');
      throw new ConnectorError(SERVICE, 'rejected', `hubspot: ${name} have no property ${what}. Make it in HubSpot's settings, or name another one under fields.`);
    }
    return isFresh ? call : midway(call);
  };
}
