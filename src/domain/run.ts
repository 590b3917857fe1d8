/** What a workflow gets: which set it is the run of. Ids, counts and codes only; values stay in Postgres. */
export interface RunInput {
  readonly setId: string;
  readonly epoch: number;
  readonly integration: string;
  readonly urgent: boolean;
  readonly dryRun: boolean;
}

/** What a run answers, shown in Temporal's Web UI: how many deliveries ended how. */
export interface RunResult {
  /** `over` when the set had been taken back and the run ended empty, `parked` when a connection is out of order. */
  readonly ended: 'settled' | 'parked' | 'over';
  readonly outcomes: Readonly<Record<string, number>>;
}
