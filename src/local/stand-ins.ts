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

/** Keeps its records in `folder`, so that a restart goes on from there. */
export function startTwentyStandIn(folder: string): Promise<StandIn> {
  return onKeptPort(folder, async (port) => {
    const { startSandboxTwenty } = await import('../sandbox/twenty/index.ts');
    const sandbox = await startSandboxTwenty({ port, dataDir: folder });
    const env = { TWENTY_API_URL: sandbox.url, TWENTY_API_KEY: sandbox.apiKey, TWENTY_WEBHOOK_SECRET: 'sandbox-webhook-secret' };
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

/** All tools around Twenty, behind one address. */
export function startToolsStandIn(folder: string): Promise<StandIn> {
  return onKeptPort(folder, async (port) => {
    const [{ startSandboxTools }, { allStandIns }] = await Promise.all([import('../sandbox/tools/index.ts'), import('../sandbox/tools/all.ts')]);
    const sandbox = await startSandboxTools(allStandIns(), { port, dataDir: folder });
    return { url: sandbox.url, env: sandbox.env, close: sandbox.close };
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
