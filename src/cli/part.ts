import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Compose } from '../local/parts.ts';
import { CliError } from './failure.ts';
import { keepAlive } from './keep-alive.ts';

const needs: Readonly<Record<PartName, readonly string[]>> = {
  gateway: ['DATABASE_URL'],
  dispatcher: ['DATABASE_URL', 'TEMPORAL_ADDRESS'],
  worker: ['DATABASE_URL', 'TEMPORAL_ADDRESS'],
};

const descriptions: Readonly<Record<PartName, string>> = {
  gateway: 'only the gateway: takes events in over HTTP',
  dispatcher: 'only the dispatcher: turns what is due into runs',
  worker: 'only the worker: carries runs out',
};

export type PartName = 'gateway' | 'dispatcher' | 'worker';

/** `sluice gateway | dispatcher | worker`: one part by itself, against servers that the environment names. */
export function partCommand(name: PartName, loadCompose: () => Promise<Compose>): Command {
  return new Command(name)
    .description(descriptions[name])
    .addHelpText('after', `\nNeeds ${needs[name].join(' and ')}; sluice migrate prepares the database.`)
    .action(async () => {
      const missing = needs[name].filter((variable) => process.env[variable] === undefined && process.env[`${variable}_FILE`] === undefined);
      if (missing.length > 0) throw new CliError(`${missing.join(' and ')} must be set for sluice ${name}: in .env or in the environment. npm start needs neither.`);
      await keepAlive(`the ${name}`, async () => {
        const config = await loadConfig(process.env['SLUICE_CONFIG'] ?? 'sluice.config.ts');
        for (const warning of config.warnings) console.warn(`Warning: ${warning}`);
        const compose = await loadCompose();
        const part = await compose(config, process.env);
        console.log(part.url === undefined ? `The ${name} is running.` : `The ${name} is running at ${part.url}.`);
        const failed = part.ended?.then(() => Promise.reject(new Error(`The ${name} ended.`)));
        failed?.catch(() => undefined);
        return { close: () => part.close(), failed };
      });
    });
}
