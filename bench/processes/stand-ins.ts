import { startSandboxMail } from '../../src/sandbox/mail/index.ts';
import { startSandboxTools } from '../../src/sandbox/tools/index.ts';
import { startSandboxTwenty } from '../../src/sandbox/twenty/index.ts';
import { burstHands, burstStandIns } from '../burst-hands.ts';
import { MAILS_PER_SECOND } from '../config.ts';
import { serve } from '../process.ts';

/** What has arrived at the far end so far. */
export interface FarEnd {
  /** Calls of Twenty: root fields. */
  readonly twentyCalls: number;
  readonly mails: number;
  readonly people: number;
  readonly tasks: number;
  readonly taskTargets: number;
}

/** Twenty and the mail service, for both sides the same, with every limit off, unless `BENCH_BUDGET` names Twenty's calls a minute. */
async function start() {
  const perMinute = Number(process.env['BENCH_BUDGET']);
  const twenty = await startSandboxTwenty({ bucket: perMinute > 0 ? { capacity: perMinute, refillMs: 60_000 / perMinute } : 'off', standardWorkflow: 'off' });
  const mail = await startSandboxMail({ ratePerSecond: MAILS_PER_SECOND });
  const records = Number(process.env['BENCH_BURST_RECORDS'] ?? 0);
  const tools = await startSandboxTools(records === 0 ? [] : burstStandIns(records));
  const env = { ...tools.env, TWENTY_API_URL: twenty.url, TWENTY_API_KEY: twenty.apiKey, RESEND_BASE_URL: mail.url, RESEND_API_KEY: mail.apiKey };
  const calls = {
    ...burstHands(twenty),
    env: (): Promise<Readonly<Record<string, string>>> => Promise.resolve(env),
    count: (): Promise<FarEnd> => Promise.resolve({
      twentyCalls: twenty.ledger.recordCalls().length,
      mails: mail.ledger.length,
      people: twenty.records('people').length,
      tasks: twenty.records('tasks').length,
      taskTargets: twenty.records('taskTargets').length,
    }),
  };
  return { calls, close: () => Promise.all([twenty.close(), mail.close(), tools.close()]) };
}

export type StandInCalls = Awaited<ReturnType<typeof start>>['calls'];

serve(start());
