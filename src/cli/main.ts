#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/problems.ts';
import { loadEnvironment } from '../local/environment.ts';
import type { Parts } from '../local/parts.ts';
import { SetupError } from '../local/setup-error.ts';
import { catchUpCommand } from './catch-up.ts';
import { eventCommand } from './event.ts';
import { eventsCommand } from './events.ts';
import { CliError } from './failure.ts';
import { handCommands } from './hand.ts';
import { migrateCommand } from './migrate.ts';
import { modeCommand } from './mode.ts';
import { partCommand } from './part.ts';
import { pruneCommand } from './prune.ts';
import { setupCommand } from './setup.ts';
import { rowsCommand } from './rows.ts';
import { schedulesCommand } from './schedules.ts';
import { startCommand } from './start.ts';
import { syncCommand } from './sync.ts';
import { triggerCommand } from './trigger.ts';
import { tryCommand } from './try.ts';

/** Exit codes: 0 done, 1 a problem that the message names, 2 a command line that says nothing sensible. */
const program = new Command('sluice')
  .description('Integrations between a Twenty workspace and the tools around it: every accepted event has exactly one visible end.')
  .version('0.1.0')
  .showHelpAfterError('(--help lists what there is)')
  .addHelpText('after', '\nThe environment and .env say where everything is: .env.example lists it.');

/** Loaded only by the commands that run parts: Temporal's SDK and the bundler take a second. */
const loadParts = async (options: { readonly trustLoopback: boolean }): Promise<Parts> => {
  const { composeDispatcher, composeGateway, composeWorker } = await import('../worker/compose.ts');
  return { gateway: (config, env) => composeGateway(config, env, options), dispatcher: composeDispatcher, worker: composeWorker };
};

const commands = [
  startCommand(() => loadParts({ trustLoopback: true })),
  tryCommand(() => loadParts({ trustLoopback: true })),
  ...(['gateway', 'dispatcher', 'worker'] as const).map((name) => partCommand(name, async () => (await loadParts({ trustLoopback: false }))[name])),
  migrateCommand(),
  setupCommand(),
  modeCommand(),
  triggerCommand(),
  schedulesCommand(),
  syncCommand(),
  catchUpCommand(),
  eventsCommand(),
  eventCommand(),
  rowsCommand(),
  ...handCommands(),
  pruneCommand(),
];
for (const command of commands) program.addCommand(command.copyInheritedSettings(program).exitOverride());
program.exitOverride();

try {
  loadEnvironment();
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said why
  const isKnown = error instanceof CliError || error instanceof ConfigError || error instanceof SetupError;
  if (isKnown) console.error(error.message);
  else console.error(error);
  return error instanceof CliError ? error.exitCode : 1;
}
