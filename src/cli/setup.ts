import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { findSecret, secret } from '../config/secret.ts';
import { twentyWorkspaces } from '../config/workspaces.ts';
import { ConnectorError } from '../domain/failure.ts';
import { runningOn } from '../local/home.ts';
import type { FeedState, Setup, WorkspacePlan } from '../worker/setup.ts';
import { isAgreed } from './ask.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printable, printJson } from './print.ts';

interface SetupCommandOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly workspace?: string;
}

export function setupCommand(): Command {
  return new Command('setup')
    .description('give the Twenty workspace the fields, objects and the webhook that the integrations need')
    .option('--yes', 'do not ask')
    .option('--json', 'the plan as JSON; with --yes also what was done')
    .option('--workspace <name>', 'only this workspace')
    .addHelpText('after', `
Compares first and shows what it would do; a second run finds nothing to do. Afterwards a record named “Sluice probe” is written and
removed to see that Twenty's webhook arrives: the gateway must run and be reached by Twenty at SLUICE_PUBLIC_URL.`)
    .action(run);
}

async function run({ yes = false, json = false, workspace }: SetupCommandOptions): Promise<void> {
  const publicUrl = joinRunningStart();
  const config = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
  const names = twentyWorkspaces(config).map((one) => one.workspace);
  if (names.length === 0) throw new CliError('The configuration has no Twenty connection: write twenty: twenty({…}) under connections.');
  if (workspace !== undefined && !names.includes(workspace)) {
    throw new CliError(`There is no workspace ${printable(workspace)}. The configuration has: ${names.join(', ')}.`);
  }
  const { openSetup, SetupInterrupted } = await import('../worker/setup.ts');
  await withDatabase(async (database) => {
    const setup = openSetup({ config, env: process.env, database, publicUrl });
    try {
      await planAndApply(setup, { yes, json, ...(workspace === undefined ? {} : { workspace }) });
    } catch (error) {
      if (error instanceof SetupInterrupted || error instanceof ConnectorError) throw new CliError(printableLines(error.message), { cause: error });
      throw error;
    } finally {
      await setup.close();
    }
  });
}

async function planAndApply(setup: Setup, { yes = false, json = false, workspace }: SetupCommandOptions): Promise<void> {
  const { planText } = await import('../worker/setup-steps.ts');
  const plans = await setup.plan(workspace);
  const shown = plans.map(({ steps, ...plan }) => ({ ...plan, steps: steps.map((step) => ({ kind: step.kind, text: planText(step) })) }));
  if (!json) plans.forEach((plan) => printPlan(plan, plan.steps.map(planText)));
  const isBlocked = plans.some(({ problems }) => problems.length > 0);
  const isDue = plans.some(({ steps }) => steps.length > 0);
  if (isBlocked) {
    if (json) printJson({ plans: shown, results: [] });
    throw new CliError('Nothing was changed: the problems come first.');
  }
  if (!isDue || !(yes || (!json && (await isAgreed('set up'))))) {
    if (json) printJson({ plans: shown, results: [] });
    else if (isDue) console.log('Nothing was changed. With --yes it is done without asking.');
    return;
  }
  const results = [];
  const tell = (line: string): void => (json ? console.error : console.log)(printable(`  ${line}`));
  for (const plan of plans) if (plan.steps.length > 0) results.push(await setup.apply(plan, tell));
  if (json) printJson({ plans: shown, results });
  else console.log('Done.');
}

function printPlan({ workspace, problems, notices, feed }: WorkspacePlan, steps: readonly string[]): void {
  console.log(`Workspace ${workspace}`);
  for (const { at, message } of problems) console.log(printable(`  problem at ${at}: ${message}`));
  for (const notice of notices) console.log(printable(`  note: ${notice}`));
  for (const step of steps) console.log(printable(`  to do: ${step}`));
  if (steps.length === 0 && problems.length === 0) console.log('  Nothing to do: it has all that the integrations need.');
  if (feed !== undefined) console.log(printable(`  ${feedText(feed)}`));
}

function feedText({ state, targetUrl, reason }: FeedState): string {
  switch (state) {
    case 'arriving': return `Webhooks arrive at ${targetUrl}.`;
    case 'silent': return `No webhook arrives: the workspace runs on catch-up only. ${reason ?? ''}`;
    case 'unproven': return `Whether webhooks arrive is not known yet. ${reason ?? ''}`.trimEnd();
  }
}

/** Beside a `sluice start` that runs the sandbox, the sandbox is meant. Answers where Twenty reaches the gateway. */
function joinRunningStart(): string {
  const running = runningOn(process.env['SLUICE_HOME'] ?? '.sluice');
  const isSandbox = running?.standIns['TWENTY_API_KEY'] !== undefined && findSecret(secret('TWENTY_API_KEY')) === undefined;
  if (isSandbox) Object.assign(process.env, running?.standIns);
  const local = running?.addresses['Gateway'] ?? `http://127.0.0.1:${process.env['PORT'] ?? 8787}`;
  return isSandbox ? local : (process.env['SLUICE_PUBLIC_URL'] ?? local);
}

function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
