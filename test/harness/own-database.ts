import { afterAll, beforeAll } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { createTestDatabase } from './servers.ts';

/** Gives a test file a database of its own, migrated and empty, from before its first test until after its last. */
export function ownDatabase(use: (database: Database) => void): void {
  let end: () => Promise<void>;
  beforeAll(async () => {
    const own = await createTestDatabase();
    const database = openDatabase(own.url);
    end = async () => {
      await database.close();
      await own.drop();
    };
    use(database);
  });
  afterAll(() => end());
}
