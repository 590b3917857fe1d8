import { afterEach, beforeAll, test } from 'vitest';
import { bundleWitness, type CatchUpStack, startCatchUpStack } from '../catch-up/catch-up-stack.ts';
import { loseWebhooks } from '../catch-up/lost-webhooks.ts';

let bundle: string;
let stack: CatchUpStack | undefined;
beforeAll(async () => void (bundle = await bundleWitness()));
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

test('5,000 edits with 30 % of the webhooks lost: one catch-up brings every latest state, creation and deletion, none twice', { timeout: 300_000 }, async () => {
  console.log(await loseWebhooks(async (integrations) => (stack = await startCatchUpStack(bundle, integrations)), 5_000));
});
