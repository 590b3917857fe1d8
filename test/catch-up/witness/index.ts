import { z } from 'zod';
import type { ActivityDeps } from '../../../src/activities/deps.ts';
import { inputsHash, settingsVersion } from '../../../src/config/record-routing.ts';
import type { IntegrationInput, RecordInterest, UseCase } from '../../../src/config/use-case.ts';
import { type RecordEvent, readRecordEvent } from '../../../src/domain/record-event.ts';
import type { RunInput } from '../../../src/domain/run.ts';
import { loadDeliveries } from '../../../src/store/items.ts';
import { resultOf } from '../../../src/store/sets.ts';
import { settle } from '../../../src/store/settle.ts';

export interface WitnessSettings {
  readonly interest: RecordInterest;
  /** Told of every event that it is to process, with the record as it stands by then. */
  readonly sees: (event: RecordEvent) => void;
}

/** A use case that listens to records and does nothing but remember how it found them. */
const witnessUseCase: UseCase<WitnessSettings> = {
  name: 'witness',
  workflowType: 'witness',
  settings: z.custom<WitnessSettings>(),
  urgency: 'bulk',
  connections: () => ['twenty'],
  records: ({ interest }) => [interest],
  guards: () => ({ maxRunsPerRecordPerHour: 10_000, flood: { above: 100_000, then: 'sets' } }),
  activities: () => Promise.resolve(witnessActivities),
  samples: [],
};

export type WitnessActivities = ReturnType<typeof witnessActivities>;

function witnessActivities(deps: ActivityDeps) {
  return {
    async witness(run: RunInput): Promise<Record<string, number>> {
      const integration = deps.integrations.get(run.integration)!;
      const { sees, interest } = integration.settings as WitnessSettings;
      const version = settingsVersion(integration);
      const events = (await loadDeliveries(deps.database, run)).map(({ deliveryId, body }) => ({ deliveryId, event: readRecordEvent(JSON.parse(Buffer.from(body).toString())) as RecordEvent }));
      // Events are hints: what counts is how the record stands now.
      const now = new Map((await deps.twenty('twenty').findByIds('person', events.map(({ event }) => event.recordId), { pace: () => Promise.resolve() })).map((record) => [record.id, record]));
      const found = events.map(({ deliveryId, event }) => ({ deliveryId, event: { ...event, record: now.get(event.recordId) ?? event.record } }));
      for (const { event } of found) sees(event);
      await settle(deps.database, run, found.map(({ deliveryId, event }) => ({
        deliveryId, outcome: { state: 'succeeded', code: 'seen' },
        // A record that comes back from the trash is to be looked at again, whatever it holds.
        ...(event.action === 'deleted' || typeof event.record['deletedAt'] === 'string' ? {} : { inputs: inputsHash(version, interest.watch, event.record) }),
      })));
      return resultOf(deps.database, run);
    },
  };
}

export function witness(settings: WitnessSettings): IntegrationInput {
  return { useCase: witnessUseCase as unknown as UseCase, settings };
}
