import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { acceptEvents } from '../src/store/accept.ts';
import { openDatabase } from '../src/store/database.ts';
import { runCli } from './harness/cli.ts';
import { createTestDatabase } from './harness/servers.ts';

const skipped = { state: 'skipped', code: 'spam', reason: 'A field that people do not see was filled in.' } as const;

test('sluice prune --dry-run counts what has been kept long enough, and sluice prune removes it', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-prune-'));
  const own = await createTestDatabase();
  const database = openDatabase(own.url);
  try {
    await acceptEvents(database, ['old', 'new'].map((key) => ({
      source: 'hook:contact-form', dedupe: { key }, contentType: 'application/json', headers: {}, body: Buffer.from('{}'), verdict: 'test',
      deliveries: [{ integration: 'contact-form', laneKey: key, urgency: 'bulk', outcome: skipped }],
    })));
    await database.pool.query(`insert into integrations (name) values ('contact-form') on conflict do nothing`);
    await database.pool.query(`update events set received_at = received_at - interval '91 days' where dedupe_key = 'old'`);
    await database.pool.query(
      `update deliveries set created_at = created_at - interval '91 days', ended_at = ended_at - interval '91 days' where event_id = (select id from events where dedupe_key = 'old')`);
    const surroundings = { cwd: folder, env: { DATABASE_URL: own.url, SLUICE_CONFIG: path.join(import.meta.dirname, '../sluice.config.ts') } };

    const counted = await runCli(surroundings, 'prune', '--dry-run', '--json');
    const removed = await runCli(surroundings, 'prune', '--json');
    const again = await runCli(surroundings, 'prune');

    const pruned = { payloads: 1, deliveries: 1, effects: 0, tombstones: 0, sets: 0, events: 1, dedupeKeys: 0 };
    expect({ ...counted, stdout: JSON.parse(counted.stdout) as unknown }).toEqual({ exitCode: 0, stderr: '', stdout: { dryRun: true, pruned } });
    expect({ ...removed, stdout: JSON.parse(removed.stdout) as unknown }).toEqual({ exitCode: 0, stderr: '', stdout: { dryRun: false, pruned } });
    expect(again.stdout).toMatch(/^Removed: payloads 30 days after their outcome, the rest after 90, [^\n]*\nwhat +rows\npayloads +0\n/);
    expect((await database.pool.query('select dedupe_key from events')).rows).toEqual([{ dedupe_key: 'new' }]);
  } finally {
    await database.close();
    await own.drop();
    rmSync(folder, { recursive: true, force: true });
  }
});
