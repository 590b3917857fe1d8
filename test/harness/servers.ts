import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of the caller's own, migrated and empty. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url } = (await ask('POST', '/databases')) as { url: string };
  const name = new URL(url).pathname.slice(1);
  return { url, drop: async () => void (await ask('DELETE', `/databases/${name}`)) };
}

/** The Temporal server of the run, started by the first who asks. Keep apart from others by a task queue of your own. */
export async function testTemporal(): Promise<{ readonly address: string; readonly namespace: string }> {
  return (await ask('POST', '/temporal')) as { address: string; namespace: string };
}

/** A file with the bundled workflows of a list, the house's own unless said; made by the first who asks. */
export async function testWorkflowBundle(list?: string): Promise<string> {
  return ((await ask('POST', list === undefined ? '/bundle' : `/bundle?of=${encodeURIComponent(list)}`)) as { path: string }).path;
}

async function ask(method: string, path: string): Promise<unknown> {
  const response = await fetch(inject('harnessUrl') + path, { method });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error((body as { error: string }).error);
  return body;
}
