import path from 'node:path';
import { findSecret, secret } from '../config/secret.ts';
import { runningPostgresUrl } from '../local/postgres.ts';
import { isDatabaseAway, openDatabase } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import { CliError } from './failure.ts';

/** Address of the database: `DATABASE_URL`, else the embedded one of a `sluice start` that runs on SLUICE_HOME. */
export function databaseUrl(): string {
  const url = findDatabaseUrl();
  if (url === undefined) throw new CliError(`There is no database: DATABASE_URL is not set, and no sluice start runs on ${home()}. Set DATABASE_URL in .env, or run npm start beside this.`);
  return url;
}

/** Like `databaseUrl`, but undefined when there is none. */
export function findDatabaseUrl(): string | undefined {
  return findSecret(secret('DATABASE_URL')) ?? runningPostgresUrl(path.join(home(), 'postgres'));
}

function home(): string {
  return path.resolve(process.env['SLUICE_HOME'] ?? '.sluice');
}

/** Opens the database for one command. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const url = databaseUrl();
  const database = openDatabase(url, { max: 2, applicationName: 'sluice-cli' });
  try {
    return await work(database);
  } catch (error) {
    if (isDatabaseAway(error)) throw new CliError(`The database at ${new URL(url).host} does not answer.`, { cause: error });
    if ((error as { code?: unknown }).code === '42P01') throw new CliError('The database has no tables yet: run sluice migrate.', { cause: error });
    throw error;
  } finally {
    await database.close();
  }
}
