import { userInfo } from 'node:os';
import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { type Mode, MODES } from '../domain/mode.ts';
import { modesOf, setMode } from '../store/modes.ts';
import { withDatabase } from './database.ts';
import { CliError } from './failure.ts';
import { printJson, printTable } from './print.ts';

/** `sluice mode`: shows or switches how integrations are run; no restart is needed. */
export function modeCommand(): Command {
  return new Command('mode')
    .description('show or switch how integrations are run: live, paused (events are accepted and wait) or dry-run')
    .argument('[integration]', 'its name in the configuration; without it all are shown')
    .argument('[mode]', MODES.join(', '))
    .option('--json', 'as JSON')
    .action(async (integration: string | undefined, mode: string | undefined, { json = false }: { readonly json?: boolean }) => {
      if (mode !== undefined && !isMode(mode)) throw new CliError(`There is no mode ${mode}: write ${MODES.join(', ')}.`, { exitCode: 2 });
      const config = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
      const known = Object.keys(config.integrations);
      if (integration !== undefined && !known.includes(integration)) {
        throw new CliError(`There is no integration ${integration}: the configuration has ${known.join(', ')}.`);
      }
      await withDatabase(async (database) => {
        if (integration !== undefined && mode !== undefined) await setMode(database, [integration], mode, userInfo().username);
        const modes = await modesOf(database, integration === undefined ? known : [integration]);
        if (json) return printJson(modes);
        printTable(['integration', 'mode', 'since', 'by', 'waiting'], modes.map((row) => [row.integration, row.mode, row.at?.toISOString(), row.by, row.pending]));
      });
    });
}

function isMode(text: string): text is Mode {
  return (MODES as readonly string[]).includes(text);
}
