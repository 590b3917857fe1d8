import { Counter, Histogram, type Registry } from 'prom-client';

/** What the gateway counts. A `source` is `hook:contact-form` or `twenty:main`, never a name that a sender made up. */
export interface Meters {
  readonly accepted: Counter<'source'>;
  readonly repeats: Counter<'source'>;
  readonly dropped: Counter<'source'>;
  readonly refused: Counter<'source' | 'code'>;
  readonly groupSize: Histogram;
  readonly acceptSeconds: Histogram;
}

export function createMeters(registry: Registry): Meters {
  const registers = [registry];
  return {
    accepted: new Counter({ name: 'sluice_events_accepted_total', help: 'Events stored for the first time.', labelNames: ['source'], registers }),
    repeats: new Counter({ name: 'sluice_events_repeated_total', help: 'Events that were already there.', labelNames: ['source'], registers }),
    dropped: new Counter({ name: 'sluice_events_dropped_total', help: 'Verified events that no integration wants.', labelNames: ['source'], registers }),
    refused: new Counter({ name: 'sluice_requests_refused_total', help: 'Requests turned down, by reason.', labelNames: ['source', 'code'], registers }),
    groupSize: new Histogram({ name: 'sluice_commit_group_size', help: 'Events that shared a commit.', buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256], registers }),
    acceptSeconds: new Histogram({
      name: 'sluice_accept_seconds',
      help: 'From a verified event to its durable commit.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
  };
}
