import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { TwentyWorkspace } from '../config/workspaces.ts';
import { isPrivateAddress } from '../connectors/http/addresses.ts';
import type { CallContext, TwentyClient } from '../connectors/twenty/index.ts';
import type { ProbeSubject } from '../connectors/twenty/webhooks-probe.ts';
import { probeIdFrom } from '../domain/probe.ts';
import { takeTokens } from '../store/budgets.ts';
import type { Database } from '../store/database.ts';
import { hasArrived, probeRemoved, startProbe, type Probe } from '../store/setup.ts';

export interface ProofTiming {
  /** How long a new or changed webhook takes to count in Twenty, at most. */
  readonly activationMs: number;
  /** Between two probes during that time. */
  readonly everyMs: number;
  /** How long the event of the last probe may take. */
  readonly waitMs: number;
  readonly pollMs: number;
}

export const proofTiming: ProofTiming = { activationMs: 10_000, everyMs: 2_500, waitMs: 20_000, pollMs: 200 };

export interface Proof {
  readonly database: Database;
  readonly twenty: TwentyClient;
  readonly place: TwentyWorkspace;
  readonly subject: ProbeSubject;
  readonly fresh: boolean;
  readonly timing: ProofTiming;
  readonly tell: (line: string) => void;
}

/**
 * Writes a probe and waits until its event is at the gateway; a webhook that is still to become active gets one probe after
 * another. Each probe's record is destroyed as soon as it is written: Twenty's event carries the state at the change.
 */
export async function proveDelivery(proof: Proof): Promise<boolean> {
  const { database, fresh, timing, tell } = proof;
  const ctx = pacedCalls(database, proof.place.connection);
  const startedAtMs = Date.now();
  const lastDueMs = fresh ? timing.activationMs : 0;
  const ids: string[] = [];
  let wroteAtMs = 0;
  for (let told = false; ; ) {
    const elapsedMs = Date.now() - startedAtMs;
    if (ids.length === 0 || (wroteAtMs < lastDueMs && elapsedMs >= Math.min(wroteAtMs + timing.everyMs, lastDueMs))) {
      wroteAtMs = elapsedMs;
      ids.push(await writeProbe(proof, ctx));
    }
    if (await hasArrived(database, ids)) return true;
    if (wroteAtMs >= lastDueMs && elapsedMs - wroteAtMs >= timing.waitMs) return false;
    if (!told && elapsedMs > 1_000) {
      tell(`waiting for a probe to come back, for up to ${Math.ceil((lastDueMs + timing.waitMs) / 1_000)} s${fresh ? ' (Twenty takes up to 10 s to heed a new webhook)' : ''} …`);
      told = true;
    }
    await pause(timing.pollMs);
  }
}

/** Destroys the record of a probe that may be left. One whose write was never answered may still appear for a while, so its absence counts only later. */
export async function removeLeftover(database: Database, twenty: TwentyClient, probe: Probe, ctx: CallContext): Promise<void> {
  const removed = await twenty.probes.remove(probe.object, probe.id, ctx);
  if (removed || Date.now() - probe.writtenAt.getTime() > LATE_WRITE_MS) await probeRemoved(database, probe.id);
}

/** Calls that wait for the connection's budget, before all bulk work. */
export function pacedCalls(database: Database, connection: string): CallContext {
  const waiter = `setup/${randomUUID()}`;
  return {
    async pace(tokens) {
      for (;;) {
        const { waitMs } = await takeTokens(database, { connection, waiter, urgent: true, tokens });
        if (waitMs === 0) return;
        await pause(Math.min(waitMs, 1_000));
      }
    },
  };
}

/** What may be wrong when no probe came back, for a person who is to mend it. */
export async function whySilent(targetUrl: string, timing: Pick<ProofTiming, 'waitMs'>): Promise<string> {
  const { hostname, origin } = new URL(targetUrl);
  const health = await askHealth(origin);
  const seconds = Math.ceil(timing.waitMs / 1_000);
  const safeMode = 'Twenty takes webhooks to private and loopback addresses, answers 201 and then drops their events without a word while OUTBOUND_HTTP_SAFE_MODE_ENABLED is on, which is its default.';
  return [
    `Twenty took the webhook, but no event came to ${targetUrl} within ${seconds} s of a change.`,
    ...(health === undefined ? [] : [`From here, the gateway at ${origin} ${health}: start Sluice, or correct SLUICE_PUBLIC_URL.`]),
    isPrivateHost(hostname)
      ? `${hostname} is a private address. ${safeMode} Set it to false for Twenty's server and worker, or give Sluice a public address in SLUICE_PUBLIC_URL.`
      : `Check that Twenty's server and worker reach ${origin}/healthz, and that the gateway there has the same TWENTY_WEBHOOK_SECRET. If ${hostname} leads to a private address: ${safeMode}`,
    "Or Twenty's worker is behind with its queue. Run sluice setup again when it is mended; the first webhook that comes is enough, too.",
  ].join(' ');
}

const LATE_WRITE_MS = 60_000;

async function writeProbe({ database, twenty, place, subject }: Proof, ctx: CallContext): Promise<string> {
  const id = probeIdFrom(randomUUID());
  const { object, action } = subject;
  await startProbe(database, { ...place, id, object, action });
  let written = false;
  try {
    await twenty.probes.write(subject, id, ctx);
    written = true;
  } finally {
    // What cannot be removed now stands in the table, and the next setup removes it.
    const removed = await twenty.probes.remove(object, id, ctx).catch(() => undefined);
    if (removed === true || (written && removed === false)) await probeRemoved(database, id);
  }
  return id;
}

/** Undefined when the gateway is there. */
async function askHealth(origin: string): Promise<string | undefined> {
  try {
    const { ok, status } = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(3_000) });
    return ok ? undefined : `answers ${status}`;
  } catch {
    return 'does not answer';
  }
}

function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? host === 'localhost' || host.endsWith('.localhost') || !host.includes('.') : isPrivateAddress(host);
}
