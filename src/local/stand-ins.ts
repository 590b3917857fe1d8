import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from './ports.ts';

/** A stand-in for an outside service, over real HTTP; its code is loaded only where it is used. */
export interface StandIn {
  readonly url: string;
  /** What the environment must say for Sluice to speak to it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Twenty grants 100 calls a minute unless its operator says otherwise, as is done here, so that nobody waits who only looks. */
const CALLS_PER_MINUTE = 1_000;

/** Keeps its records in `folder`, so that a restart goes on from there. */
export function startTwentyStandIn(folder: string): Promise<StandIn> {
  return onKeptPort(folder, async (port) => {
    const { startSandboxTwenty } = await import('../sandbox/twenty/index.ts');
    const sandbox = await startSandboxTwenty({ port, dataDir: folder, bucket: { capacity: CALLS_PER_MINUTE, refillMs: 60_000 / CALLS_PER_MINUTE } });
    const env = { TWENTY_API_URL: sandbox.url, TWENTY_API_KEY: sandbox.apiKey, TWENTY_WEBHOOK_SECRET: 'sandbox-webhook-secret', TWENTY_CALLS_PER_MINUTE: String(CALLS_PER_MINUTE) };
    return { url: sandbox.url, env, close: sandbox.close };
  });
}

export function startMailStandIn(folder: string): Promise<StandIn> {
  return onKeptPort(folder, async (port) => {
    const { startSandboxMail } = await import('../sandbox/mail/index.ts');
    const sandbox = await startSandboxMail({ port, dataDir: folder });
    return { url: sandbox.url, env: { RESEND_BASE_URL: sandbox.url, RESEND_API_KEY: sandbox.apiKey }, close: sandbox.close };
  });
}

/** What is agreed with those who post to Sluice and are no tool that is asked. */
const AGREED = { CONTACTS_SECRET: 'sandbox-contacts-secret', LEMLIST_WEBHOOK_SECRET: 'sandbox-lemlist-secret' };

/** All tools around Twenty, behind one address. */
export function startToolsStandIn(folder: string): Promise<StandIn> {
  return onKeptPort(folder, async (port) => {
    const [{ startSandboxTools }, { allStandIns }] = await Promise.all([import('../sandbox/tools/index.ts'), import('../sandbox/tools/all.ts')]);
    const sandbox = await startSandboxTools(allStandIns(), { port, dataDir: folder });
    return { url: sandbox.url, env: { ...sandbox.env, ...AGREED }, close: sandbox.close };
  });
}

/** A stand-in keeps its address, because what it handed out holds it: links in mails, requests that wait. */
async function onKeptPort(folder: string, start: (port: number) => Promise<StandIn>): Promise<StandIn> {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'port');
  const standIn = await start(await freePort(existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined));
  writeFileSync(file, `${new URL(standIn.url).port}\n`);
  return standIn;
}
