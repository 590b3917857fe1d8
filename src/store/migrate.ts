import { Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import * as inbox from './migrations/0001-inbox.ts';
import * as effects from './migrations/0002-effects.ts';
import * as budgets from './migrations/0003-budgets.ts';
import * as recordEvents from './migrations/0004-record-events.ts';
import * as modes from './migrations/0005-modes.ts';
import * as rates from './migrations/0006-rates.ts';
import * as retention from './migrations/0007-retention.ts';
import * as catchUp from './migrations/0008-catch-up.ts';
import * as setup from './migrations/0009-setup.ts';
import * as schedules from './migrations/0010-schedules.ts';
import * as leanInbox from './migrations/0011-lean-inbox.ts';
import * as leadScores from './migrations/0012-lead-scores.ts';
import * as hourlyCaps from './migrations/0013-hourly-caps.ts';
import * as invoices from './migrations/0014-invoices.ts';
import * as enrichment from './migrations/0015-enrichment.ts';
import * as newsletter from './migrations/0016-newsletter.ts';
import * as sequences from './migrations/0017-sequences.ts';
import * as productSync from './migrations/0018-product-sync.ts';
import * as meetings from './migrations/0019-meetings.ts';
import * as dataRows from './migrations/0020-data-rows.ts';
import * as scoreAnswers from './migrations/0021-score-answers.ts';
import * as sync from './migrations/0023-sync.ts';
import * as overwritten from './migrations/0024-overwritten.ts';
import * as conflictNews from './migrations/0025-conflict-news.ts';
import * as syncTaken from './migrations/0026-sync-taken.ts';

const migrations = {
  '0001-inbox': inbox,
  '0002-effects': effects,
  '0003-budgets': budgets,
  '0004-record-events': recordEvents,
  '0005-modes': modes,
  '0006-rates': rates,
  '0007-retention': retention,
  '0008-catch-up': catchUp,
  '0009-setup': setup,
  '0010-schedules': schedules,
  '0011-lean-inbox': leanInbox,
  '0012-lead-scores': leadScores,
  '0013-hourly-caps': hourlyCaps,
  '0014-invoices': invoices,
  '0015-enrichment': enrichment,
  '0016-newsletter': newsletter,
  '0017-sequences': sequences,
  '0018-product-sync': productSync,
  '0019-meetings': meetings,
  '0020-data-rows': dataRows,
  '0021-score-answers': scoreAnswers,
  '0023-sync': sync,
  '0024-overwritten': overwritten,
  '0025-conflict-news': conflictNews,
  '0026-sync-taken': syncTaken,
};

/**
 * Brings the database to the current schema; does nothing when it is there already. Safe to run from several processes at
 * once. Returns the names of the migrations it ran.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) {
      const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'the schema';
      throw new Error(`Migrating the database failed at ${failed}.`, { cause: error });
    }
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}
