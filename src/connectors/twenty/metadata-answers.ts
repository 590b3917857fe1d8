import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { authorized, statusFault } from './call.ts';
import type { Connection } from './call.ts';

/** One request to the metadata API, where calls are not counted. */
export function sendMetadata(connection: Connection, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body: object | undefined, signal?: AbortSignal): Promise<HttpAnswer> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return connection.http.send({ method, url: connection.url + path, headers: authorized(connection), signal, ...content });
}

export async function readMetadata(connection: Connection, path: string, signal?: AbortSignal): Promise<unknown> {
  const answer = await sendMetadata(connection, 'GET', path, undefined, signal);
  if (answer.status !== 200) throw statusFault(answer, path.split('?')[0] ?? path, false);
  return answer.json();
}

/** With one feature flag on, Twenty answers `{data: …}`, without it `{data: {createOneField: …}}`; webhooks come bare. */
export function unwrapped(body: unknown, key: string): unknown {
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : body;
  return typeof data === 'object' && data !== null && key in data ? (data as Record<string, unknown>)[key] : data;
}

export function codesIn(answer: HttpAnswer): ReadonlySet<string> {
  return new Set(problemsIn(answer).map(({ code }) => code));
}

export function metadataFault(answer: HttpAnswer, what: string): ConnectorError {
  const told = answer.status === 400 ? problemsIn(answer)[0]?.message : undefined;
  return told === undefined ? statusFault(answer, what, true) : new ConnectorError('twenty', 'rejected', `twenty: ${what}: ${told}`);
}

/** `errors` groups the problems by kind of metadata; only the first group is about what was asked, the rest follow from it. */
const MetadataRefusal = z.object({
  errors: z.record(z.string(), z.array(z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) }))),
});

function problemsIn(answer: HttpAnswer): readonly { readonly code: string; readonly message: string }[] {
  const read = MetadataRefusal.safeParse(answer.json());
  return read.success ? Object.values(read.data.errors).flat().flatMap(({ errors }) => errors) : [];
}
