import { createHash } from 'node:crypto';
import type { Hook, HookReading } from '../../config/use-case.ts';
import type { BidirectionalSyncSettings } from './settings.ts';

/**
 * How the other side's webhooks are checked and read. Each record that one speaks of becomes a delivery in that record's lane; one that
 * names none asks what changed. Undefined where the configuration names no webhooks.
 */
export function syncHook({ external, fields, settle: { quietSeconds, maxSeconds } }: BidirectionalSyncSettings): Hook | undefined {
  const { webhooks } = external;
  if (webhooks === undefined) return undefined;
  const object = { name: external.object, fields: [...new Set(Object.values(fields).map((one) => one.external))] };
  const settle = { quietMs: quietSeconds * 1000, maxMs: maxSeconds * 1000 };
  return {
    verification: webhooks.verification,
    contentTypes: webhooks.contentTypes,
    maxBodyBytes: webhooks.maxBodyBytes,
    allowedOrigins: [],
    read(request): HookReading {
      const reading = webhooks.read(request, object);
      switch (reading.kind) {
        case 'refused':
          return { kind: 'refused', status: 400, path: reading.path, problem: reading.problem };
        case 'ignored':
          return { kind: 'answer', status: 200, body: { ignored: reading.what } };
        case 'changed': {
          const { ids, key, windowMs } = reading;
          return {
            kind: 'event',
            dedupe: { key: plain(key), ...(windowMs === undefined ? {} : { windowMs }) },
            laneKey: 'changes',
            ...(ids.length === 0 ? {} : { records: ids.map((id) => ({ id: `external:${id}`, settle })) }),
          };
        }
      }
    },
  };
}

/** Keys are short and plain; one that is not is known by its hash. */
function plain(key: string): string {
  return /^[\x21-\x7e]{1,150}$/.test(key) ? key : `hash:${createHash('sha256').update(key.toWellFormed()).digest('hex')}`;
}
