import { z } from 'zod';
import type { ActivityDeps } from '../../../src/activities/deps.ts';
import type { IntegrationInput, UseCase } from '../../../src/config/use-case.ts';
import type { RunInput } from '../../../src/domain/run.ts';
import { loadDeliveries } from '../../../src/store/items.ts';
import { resultOf } from '../../../src/store/sets.ts';
import { settle } from '../../../src/store/settle.ts';

/** An eleventh use case: it greets whoever calls. */
const greetingUseCase: UseCase<{ word: string }> = {
  name: 'greeting',
  workflowType: 'greeting',
  settings: z.object({ word: z.string() }),
  urgency: 'urgent',
  connections: () => [],
  hook: () => ({
    verification: { scheme: 'none' },
    contentTypes: ['text/plain'],
    maxBodyBytes: 1_000,
    read: ({ body }) => ({ kind: 'event', dedupe: { key: Buffer.from(body).toString('hex') }, laneKey: Buffer.from(body).toString('hex') }),
  }),
  activities: () => Promise.resolve(greetingActivities),
  samples: [],
};

export type GreetingActivities = ReturnType<typeof greetingActivities>;

function greetingActivities(deps: ActivityDeps) {
  return {
    async greet(run: RunInput): Promise<Record<string, number>> {
      const { word } = deps.integrations.get(run.integration)!.settings as { word: string };
      const deliveries = await loadDeliveries(deps.database, run);
      await settle(deps.database, run, deliveries.map(({ deliveryId, body }) => ({ deliveryId, outcome: { state: 'succeeded', code: 'greeted', reason: `${word}, ${Buffer.from(body).toString()}` } })));
      return resultOf(deps.database, run);
    },
  };
}

export function greeting(settings: { word: string }): IntegrationInput {
  return { useCase: greetingUseCase as unknown as UseCase, settings };
}
