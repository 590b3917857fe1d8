import type { SluiceConfig } from '../config/define-config.ts';

/** A part of Sluice that runs in this process. */
export interface Part {
  /** Where it listens, for those that do. */
  readonly url?: string;
  /** Resolves or rejects when the part ends without being told; absent where that cannot be. */
  readonly ended?: Promise<unknown>;
  close(): Promise<void>;
}

export type Compose = (config: SluiceConfig, env: NodeJS.ProcessEnv) => Promise<Part>;

/** What `sluice start` puts together; handed in, so that a start can be tried without the parts. */
export interface Parts {
  readonly gateway: Compose;
  readonly dispatcher: Compose;
  readonly worker: Compose;
}
