import { userInfo } from 'node:os';
import { Command } from 'commander';
import { applyAction, planAction } from '../store/hand.ts';
import type { HandAction, HandPlan, HandSelector } from '../store/hand.ts';
import { isAgreed } from './ask.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printJson, printTable } from './print.ts';

const actions: Readonly<Record<HandAction, { readonly description: string; readonly done: string }>> = {
  retry: { description: 'run deliveries again that failed, wait or are held', done: 'sent again' },
  discard: { description: 'end deliveries that nobody will mend', done: 'discarded' },
  release: { description: 'let held deliveries go on', done: 'released' },
  replay: { description: 'run for good what a dry run of an integration planned', done: 'run for good' },
};

interface HandOptions {
  readonly code?: string;
  readonly integration?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** `retry`, `discard` and `release`: a plan first, and nothing without a yes. */
export function handCommands(): readonly Command[] {
  return (Object.keys(actions) as HandAction[]).map((action) => {
    const command = new Command(action)
      .description(actions[action].description)
      .argument('[delivery]', 'id of one delivery (sluice events shows them)')
      .option('--code <code>', 'all with this outcome code')
      .option('--integration <name>', 'with --code: only of this integration')
      .option('--yes', 'do not ask')
      .option('--json', 'the plan as JSON; with --yes also what was done')
      .action((delivery: string | undefined, options: HandOptions) =>
        run(action, { deliveryId: delivery, code: options.dryRun === true ? 'dry_run' : options.code, integration: options.integration }, options));
    return action === 'replay' ? command.option('--dry-run', 'all that was planned in dry runs') : command;
  });
}

async function run(action: HandAction, selector: HandSelector, { yes = false, json = false }: HandOptions): Promise<void> {
  if ((selector.deliveryId === undefined) === (selector.code === undefined)) {
    throw new CliError(`Say which: sluice ${action} <delivery>, or sluice ${action} --code <code>.`, { exitCode: 2 });
  }
  await withDatabase(async (database) => {
    const plan = await planAction(database, action, selector);
    if (!json) printPlan(plan);
    if (plan.count === 0) {
      if (json) printJson({ plan, done: 0 });
      throw new CliError(`No delivery that can be ${actions[action].done}: sluice events shows what stands where.`);
    }
    if (!yes && (json || !(await isAgreed(action)))) {
      if (json) printJson({ plan, done: 0 });
      else console.log('Nothing was done. With --yes it is done without asking.');
      return;
    }
    const done = await applyAction(database, action, selector, userInfo().username);
    if (json) printJson({ plan, done });
    else console.log(`${deliveries(done)} ${actions[action].done}.`);
  });
}

function printPlan(plan: HandPlan): void {
  const parts = Object.entries(plan.byIntegration).map(([name, count]) => `${count} of ${name}`);
  console.log(`To be ${actions[plan.action].done}: ${deliveries(plan.count)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`);
  if (plan.count === 0) return;
  printTable(['delivery', 'integration', 'state', 'code', 'reason'], plan.deliveries.map((row) => [row.id, row.integration, row.state, row.code, row.reason]));
  if (plan.count > plan.deliveries.length) console.log(`... and ${plan.count - plan.deliveries.length} more`);
  if (plan.effects.length === 0) {
    console.log('Nothing was done outside for them so far.');
    return;
  }
  console.log('Outside so far (what is done stays and is not done again):');
  printTable(['step', 'target', 'state', 'effects'], plan.effects.map((row) => [row.step, row.target, row.state, row.count]));
}

function deliveries(count: number): string {
  return count === 1 ? '1 delivery' : `${count} deliveries`;
}
