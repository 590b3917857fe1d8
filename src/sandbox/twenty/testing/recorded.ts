import { readFileSync } from 'node:fs';
import type { SandboxTwenty } from '../index.ts';

/** A request to a real Twenty 2.21 server and its answer; `trimmed` lists were cut to their first two items. */
export interface RecordedStep {
  readonly name: string;
  readonly note?: string;
  readonly request: { readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body?: unknown };
  readonly response: { readonly status: number; readonly trimmed?: boolean; readonly body: unknown };
}

export function recordedStory<T = RecordedStep>(name: string): readonly T[] {
  return JSON.parse(readFileSync(new URL(`../recordings/${name}.json`, import.meta.url), 'utf8')) as T[];
}

export interface Looseness {
  /** Lists are compared by their first items: the recorded workspace held other records. */
  readonly firstOnly?: boolean;
  /** Texts, numbers and switches only have to be of the same kind. */
  readonly kindsOnly?: boolean;
  /** Columns that the recorded workspace had from its demo data. */
  readonly ignored?: readonly string[];
}

/** Replays recorded requests against a sandbox, translating the ids it made up, and tells where the answers differ. */
export class Replay {
  readonly #sandbox: SandboxTwenty;
  readonly #ids = new Map<string, string>();

  constructor(sandbox: SandboxTwenty) {
    this.#sandbox = sandbox;
  }

  async send({ method, path, headers, body }: RecordedStep['request']): Promise<{ status: number; body: unknown }> {
    const sent = { ...headers };
    if (sent.authorization !== undefined) sent.authorization = sent.authorization.replace('<API_KEY>', this.#sandbox.apiKey);
    for (const [id] of `${path} ${JSON.stringify(body)}`.matchAll(anyId)) if (!this.#ids.has(id)) this.#ids.set(id, id);
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(this.#sandbox.url + this.#translated(path), {
      method, headers: sent, ...(text === undefined ? {} : { body: Buffer.from(this.#translated(text)) }),
    });
    const answer = await response.text();
    return { status: response.status, body: parsed(answer) };
  }

  /** Paths and values that differ; empty when the answer is as recorded, ids and times aside. */
  differences(expected: unknown, actual: unknown, looseness: Looseness = {}, path = ''): string[] {
    const told = `${path || 'body'}: recorded ${short(expected)}, sandbox ${short(actual)}`;
    if (Array.isArray(expected)) {
      if (!Array.isArray(actual)) return [told];
      const open = looseness.firstOnly === true;
      if (!open && expected.length !== actual.length) return [`${path}: recorded ${expected.length} items, sandbox ${actual.length}`];
      if (open && expected.length > 0 && actual.length === 0) return [told];
      const aligned = this.#aligned(expected, actual);
      const compared = open ? expected.slice(0, Math.min(1, actual.length)) : expected;
      return compared.flatMap((item, index) => this.differences(item, aligned[index], looseness, `${path}[${index}]`));
    }
    if (typeof expected === 'object' && expected !== null) {
      if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return [told];
      return this.#objectDifferences(expected as Record<string, unknown>, actual as Record<string, unknown>, looseness, path);
    }
    return this.#same(expected, actual, looseness, path) ? [] : [told];
  }

  #objectDifferences(expected: Record<string, unknown>, actual: Record<string, unknown>, looseness: Looseness, path: string): string[] {
    const keys = (value: object): string[] => Object.keys(value).filter((key) => looseness.ignored?.includes(key) !== true).sort();
    const wanted = keys(expected).join(', ');
    const given = keys(actual).join(', ');
    if (wanted !== given) return [`${path}: recorded fields ${wanted}; sandbox ${given}`];
    return keys(expected).flatMap((key) => this.differences(expected[key], actual[key], looseness, path === '' ? key : `${path}.${key}`));
  }

  #same(expected: unknown, actual: unknown, looseness: Looseness, path: string): boolean {
    if (expected === actual) return true;
    if (/(^|\.)(position|totalCount)$/.test(path)) return typeof actual === 'number';
    if (looseness.kindsOnly === true) return typeof expected === typeof actual || expected === null || actual === null;
    if (typeof expected !== 'string' || typeof actual !== 'string') return false;
    if (uuid.test(expected) && uuid.test(actual)) return this.#knownAs(expected, actual);
    if (instant.test(expected) && instant.test(actual)) return true;
    if (/(^|\.)(searchVector|secret)$/.test(path)) return true;
    if (/[cC]ursor$/.test(path)) return this.differences(decoded(expected), decoded(actual), looseness, `${path}>`).length === 0;
    return canonical(expected) === canonical(actual);
  }

  /** Records come in any order from a write by filter: those whose id is known are put where the recording has them. */
  #aligned(expected: readonly unknown[], actual: readonly unknown[]): readonly unknown[] {
    const idOf = (item: unknown): unknown => (item as { id?: unknown } | null)?.id;
    const rest = new Set(actual);
    const found = expected.map((item) => {
      const id = idOf(item);
      const match = typeof id === 'string' ? actual.find((other) => idOf(other) === (this.#ids.get(id) ?? id)) : undefined;
      rest.delete(match);
      return match;
    });
    const others = rest.values();
    return found.map((match) => match ?? others.next().value);
  }

  /** An id of the recorded server stands for the same record of the sandbox throughout. */
  #knownAs(expected: string, actual: string): boolean {
    const known = this.#ids.get(expected);
    if (known === undefined) this.#ids.set(expected, actual);
    return known === undefined || known === actual;
  }

  #translated(text: string): string {
    return text.replace(anyId, (id) => this.#ids.get(id) ?? id);
  }
}

const anyId = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Generated ids inside a text, the schema's random name and the server's clock do not count. */
function canonical(text: string): string {
  return text.replace(anyId, '<id>').replace(/workspace_\w+\./, 'workspace.');
}

function decoded(cursor: string): unknown {
  return parsed(Buffer.from(cursor, 'base64').toString());
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function short(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? 'nothing';
}
