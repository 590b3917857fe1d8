import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ActivityDeps } from '../../../src/activities/deps.ts';
import type { IntegrationInput, ManualStart, ScheduleSettings, UseCase } from '../../../src/config/use-case.ts';
import type { RunInput } from '../../../src/domain/run.ts';
import { loadDeliveries } from '../../../src/store/items.ts';
import { resultOf } from '../../../src/store/sets.ts';
import { settle } from '../../../src/store/settle.ts';

export interface ErrandSettings {
  readonly over?: ManualStart['over'];
  readonly schedules?: readonly ScheduleSettings[];
  /** Its runs stay open while this says so. */
  readonly isHeldUp?: () => boolean;
}

/** A use case that is started by hand and by the clock, and does nothing but say so. */
const errandUseCase: UseCase<ErrandSettings> = {
  name: 'errand',
  workflowType: 'errand',
  settings: z.custom<ErrandSettings>(),
  urgency: 'urgent',
  connections: ({ over }) => (over?.kind === 'records' ? [over.connection] : []),
  manual: ({ over }) => (over === undefined ? undefined : { over }),
  schedules: ({ schedules = [] }) => schedules,
  activities: () => Promise.resolve(errandActivities),
  samples: [],
};

export type ErrandActivities = ReturnType<typeof errandActivities>;

function errandActivities(deps: ActivityDeps) {
  return {
    async runErrands(run: RunInput): Promise<Record<string, number>> {
      const { isHeldUp = () => false } = deps.integrations.get(run.integration)!.settings as ErrandSettings;
      while (isHeldUp()) await pause(20);
      const deliveries = await loadDeliveries(deps.database, run);
      await settle(deps.database, run, deliveries.map(({ deliveryId }) => ({ deliveryId, outcome: { state: 'succeeded', code: 'done' } })));
      return resultOf(deps.database, run);
    },
  };
}

export function errand(settings: ErrandSettings): IntegrationInput {
  return { useCase: errandUseCase as unknown as UseCase, settings };
}
