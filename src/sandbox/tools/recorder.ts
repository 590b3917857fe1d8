import type { StandIn } from './stand-in.ts';

/** A recorder of no particular make: `GET /v1/meetings/{id}` under a bearer key, each meeting as it was put in. */
export function recorderStandIn(meetings: Readonly<Record<string, unknown>> = {}): StandIn & { put(id: string, meeting: unknown): void } {
  const held = new Map(Object.entries(meetings));
  return {
    name: 'recorder',
    stands: 'a recorder of no particular make',
    env: (url) => ({ RECORDER_BASE_URL: `${url}/v1`, RECORDER_API_KEY: 'recorder-sandbox-key', RECORDER_WEBHOOK_SECRET: 'recorder-sandbox-secret' }),
    put: (id, meeting) => void held.set(id, meeting),
    answer({ method, path, headers }) {
      if (headers['authorization'] !== 'Bearer recorder-sandbox-key') return { status: 401, body: { error: { message: 'Unknown key' } } };
      const [, id] = /^\/v1\/meetings\/([^/]+)$/.exec(path) ?? [];
      if (method !== 'GET' || id === undefined) return { status: 404, body: { error: { message: 'No such address' } } };
      const name = decodeURIComponent(id);
      if (!/^[\w-]+$/.test(name)) return { status: 422, body: { error: { message: 'The id is not one of ours' } } };
      return held.has(name) ? { status: 200, body: { data: held.get(name) } } : { status: 404, body: { error: { message: 'No such meeting' } } };
    },
    tooMany: () => ({ status: 429, body: { error: { message: 'Slow down' } }, headers: { 'retry-after': '1' } }),
    save: () => Object.fromEntries(held),
    load: (saved) => Object.entries(saved as Record<string, unknown>).forEach(([id, one]) => held.set(id, one)),
  };
}
