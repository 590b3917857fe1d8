import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { startLocalPostgres } from '../../src/local/postgres.ts';
import { migrate } from '../../src/store/migrate.ts';

export interface Databases {
  /** Connection string of a fresh database with every migration applied. */
  create(): Promise<string>;
  drop(name: string): Promise<void>;
  stop(): Promise<void>;
}

const template = 'migrated';

/** One PostgreSQL whose databases are copies of a migrated one: a copy takes some 50 ms, the migrations more. */
export async function databases(dataDir: string): Promise<Databases> {
  const server = await startLocalPostgres({ dataDir });
  const urlOf = (name: string): string => server.url.replace(/\/sluice$/, `/${name}`);
  const admin = new pg.Pool({ connectionString: server.url, max: 2 });
  admin.on('error', () => undefined); // the server is stopped under it at the end
  await admin.query(`create database ${template}`);
  await migrate(urlOf(template));
  await admin.query(`alter database ${template} is_template true allow_connections false`);

  return {
    create: async () => {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await admin.query(`create database ${name} template ${template}`);
      return urlOf(name);
    },
    drop: async (name) => {
      if (!/^test_[0-9a-f]+$/.test(name)) throw new Error(`${name} is no database of a test.`);
      await admin.query(`drop database if exists ${name} with (force)`);
    },
    stop: async () => {
      await admin.end();
      await server.stop();
    },
  };
}
