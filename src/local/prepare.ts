import type { SluiceConfig } from '../config/define-config.ts';
import { resolveSecret, secret } from '../config/secret.ts';
import { openDatabase } from '../store/database.ts';
import type { Say } from './progress.ts';

export interface PrepareOptions {
  readonly config: SluiceConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly gatewayUrl: string;
  /** Whether Twenty is the sandbox: only that is changed without asking. */
  readonly isSandbox: boolean;
  readonly say: Say;
}

/**
 * Gives the sandbox's workspace what the integrations need; of a real one it only says what is missing. Says nothing when no
 * integration needs anything, and never keeps Sluice from starting.
 */
export async function prepareWorkspaces({ config, env, gatewayUrl, isSandbox, say }: PrepareOptions): Promise<void> {
  const { openSetup } = await import('../worker/setup.ts');
  const { planText } = await import('../worker/setup-steps.ts');
  const database = openDatabase(resolveSecret(secret('DATABASE_URL'), env), { max: 2, applicationName: 'sluice setup' });
  const publicUrl = isSandbox ? gatewayUrl : (env['SLUICE_PUBLIC_URL'] ?? gatewayUrl);
  const setup = openSetup({ config, env, database, publicUrl });
  try {
    for (const plan of await setup.plan()) {
      const { workspace, problems, steps } = plan;
      for (const { at, message } of problems) say(`The workspace ${workspace} does not fit, ${at}: ${message}`);
      if (problems.length > 0 || steps.length === 0) continue;
      if (!isSandbox) {
        say(`The workspace ${workspace} lacks what the integrations need; sluice setup does it: ${steps.map(planText).join('; ')}.`);
        continue;
      }
      const { done } = await setup.apply(plan, () => undefined);
      say(`Prepared the sandbox: ${done.join('; ')}.`);
    }
  } catch (error) {
    say(`The workspace could not be prepared: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await setup.close();
    await database.close();
  }
}
