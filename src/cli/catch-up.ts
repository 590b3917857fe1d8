import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { CatchUpResult } from '../domain/catch-up.ts';
import { catchUpStates } from '../store/catch-up-states.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printJson, printTable } from './print.ts';
import { withTemporal } from './temporal.ts';

interface Options {
  readonly now?: boolean;
  readonly sweep?: boolean;
  readonly letGo?: boolean;
  readonly json?: boolean;
}

const WITHIN_MS = 24 * 3_600_000;

/** `sluice catch-up`: how far the reading of Twenty has come; `--now` reads on, to the end. */
export function catchUpCommand(): Command {
  return new Command('catch-up')
    .description('up to when the changes of each watched object of Twenty are known completely')
    .option('--now', 'read now, and wait until everything is read')
    .option('--sweep', 'with --now: read all records, for those that are gone or were changed under an older date')
    .option('--let-go', 'with --now: a sweep that takes all records that are gone for destroyed, however many they are')
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      if (options.now !== true && (options.sweep === true || options.letGo === true)) throw new CliError('--sweep and --let-go go with --now.', { exitCode: 2 });
      const config = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
      const { catchUpTargets, scheduleRealm } = await import('../worker/schedules.ts');
      const targets = catchUpTargets(config);
      if (targets.length === 0) throw new CliError('No integration of the configuration listens to records of Twenty.');
      const runs = options.now === true ? await readNow() : [];
      const objects = await withDatabase((database) => catchUpStates(database, targets));
      if (options.json === true) printJson({ objects, ...(options.now === true ? { runs } : {}) });
      else printTable(
        ['workspace', 'object', 'state', 'complete until', 'last run', 'swept', 'note'],
        objects.map(({ workspace, object, state, completeUntil, lastRunAt, sweptAt, heldGone, problem }) =>
          [workspace, object, state, completeUntil?.toISOString(), lastRunAt?.toISOString(), sweptAt?.toISOString(), problem ?? (heldGone === undefined ? undefined : `${String(heldGone)} seem to be destroyed: --now --let-go if so`)]),
      );
      if (runs.some((run) => Object.values(run.objects).some(({ problem }) => problem !== undefined))) process.exitCode = 1;

      async function readNow(): Promise<readonly CatchUpResult[]> {
        const { catchUpInput, catchUpNow } = await import('../dispatcher/catch-up.ts');
        const realm = scheduleRealm(config, process.env);
        const more = { sweepNow: options.sweep === true || options.letGo === true, letGo: options.letGo === true };
        return withTemporal((client) => client.withDeadline(Date.now() + WITHIN_MS, () =>
          Promise.all(targets.map((target) => catchUpNow(client, realm, { ...catchUpInput(realm, target, config.workspace.catchUp), ...more })))));
      }
    });
}
