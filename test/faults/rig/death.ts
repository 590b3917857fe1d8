import type { Asked, HttpGate } from './http-gate.ts';
import { apiToken } from './environment.ts';
import type { Rig } from './rig.ts';

/** Where the worker dies: `request` has not arrived, `answer` has been carried out and nobody has heard it. */
export interface DeathMoment {
  readonly gate: HttpGate;
  readonly at: 'request' | 'answer';
  match(asked: Asked): boolean;
}

/** Begins something, kills the worker (-9) at the moment, starts it again and waits until every event has ended. */
export async function killWorkerAt(rig: Rig, { gate, at, match }: DeathMoment, begin: () => Promise<unknown>): Promise<void> {
  const held = gate.hold(at, match);
  await begin();
  await rig.until('a held call', () => held.isStanding);
  await rig.worker.kill();
  held.cut();
  await rig.worker.start();
  await rig.settled();
}

/** Starts an integration by hand, over a selection or without one. */
export async function startByHand(rig: Rig, integration: string, requestId: string, selection?: object): Promise<void> {
  const headers = { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ requestId, ...(selection === undefined ? {} : { selection }) });
  const answer = await fetch(`${rig.gatewayUrl}/triggers/${integration}`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`${String(answer.status)} ${await answer.text()}`);
}
