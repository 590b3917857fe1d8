import { Command } from 'commander';
import { migrate } from '../store/migrate.ts';
import { databaseUrl } from './database.ts';

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database to the current schema')
    .addHelpText('after', '\nReads DATABASE_URL, else the embedded database of a running sluice start. Safe to run twice and beside a running Sluice.')
    .action(async () => {
      const ran = await migrate(databaseUrl());
      console.log(ran.length === 0 ? 'The schema is current.' : `Ran ${ran.join(', ')}.`);
    });
}
