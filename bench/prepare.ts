import type { SluiceConfig } from '../src/config/define-config.ts';
import { openDatabase } from '../src/store/database.ts';
import { openSetup } from '../src/worker/setup.ts';

/** Gives the stand-in's workspace what the integrations need, as `sluice setup --yes` does. */
export async function prepare(config: SluiceConfig, env: NodeJS.ProcessEnv, gatewayUrl: string): Promise<void> {
  const database = openDatabase(env['DATABASE_URL']!, { max: 2, applicationName: 'sluice bench' });
  const setup = openSetup({ config, env, database, publicUrl: gatewayUrl });
  try {
    for (const plan of await setup.plan()) {
      if (plan.problems.length > 0) throw new Error(`The workspace does not fit: ${JSON.stringify(plan.problems)}`);
      await setup.apply(plan, () => undefined);
    }
  } finally {
    await setup.close();
    await database.close();
  }
}
