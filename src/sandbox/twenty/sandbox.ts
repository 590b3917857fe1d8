import type { Service } from './service.ts';
import type { UserHands } from './user-hands.ts';
import type { Webhooks } from './webhooks.ts';

/** The running parts, as the endpoints see them. */
export interface Sandbox {
  readonly apiKey: string;
  readonly apiKeyName: string;
  readonly service: Service;
  readonly webhooks: Webhooks;
  readonly asUser: UserHands;
  /** Resolves when no webhook is queued and no run of the standard workflow is due. */
  readonly settled: () => Promise<void>;
}
