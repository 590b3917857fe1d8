import { composeDispatcher, composeWorker } from '../../src/worker/compose.ts';
import { benchConfig } from '../config.ts';
import { serve } from '../process.ts';

/** Sluice behind its gateway: dispatcher and worker in one process, as `npm start` runs them. */
async function start() {
  const config = benchConfig(process.env);
  const worker = await composeWorker(config, process.env);
  const dispatcher = await composeDispatcher(config, process.env);
  const close = async (): Promise<void> => {
    await dispatcher.close();
    await worker.close();
  };
  return { calls: {}, close };
}

serve(start());
