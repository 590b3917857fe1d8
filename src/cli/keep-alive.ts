import { writeFileSync } from 'node:fs';

/** Something that runs until it is told to end. */
export interface Service {
  close(): Promise<void>;
  /** Rejects when it cannot go on. */
  readonly failed?: Promise<never>;
}

const heartbeatMs = 5_000;

/**
 * Runs a service until SIGINT, SIGTERM or its own failure, then ends it in order; a second signal leaves at once. While it
 * runs, the file in SLUICE_HEARTBEAT_FILE is renewed for a health check from outside.
 */
export async function keepAlive(name: string, begin: (signal: AbortSignal) => Promise<Service>): Promise<void> {
  const abort = new AbortController();
  const told = new Promise<void>((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      if (abort.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143);
      console.log(`\nStopping ${name} (${signal}); once more to leave at once.`);
      abort.abort(new Error(`${name} was stopped before it was up.`));
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  const service = await begin(abort.signal).catch((error: unknown) => {
    if (abort.signal.aborted) return undefined;
    throw error;
  });
  if (service === undefined) return;
  const heart = startHeartbeat();
  try {
    await Promise.race([told, service.failed ?? told]);
  } finally {
    clearInterval(heart);
    await service.close();
  }
}

function startHeartbeat(): NodeJS.Timeout | undefined {
  const file = process.env['SLUICE_HEARTBEAT_FILE'];
  if (file === undefined) return undefined;
  const beat = (): void => writeFileSync(file, `${process.pid} ${new Date().toISOString()}\n`);
  beat();
  return setInterval(beat, heartbeatMs);
}
