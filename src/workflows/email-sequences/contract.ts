/** A person or a company as Twenty returns it; fields under Twenty's own names. */
export type TwentyRecordView = Readonly<Record<string, unknown>> & { readonly id: string };

/** Whom it is about: what criteria, choice and variables look at. */
export interface Candidate {
  readonly person: TwentyRecordView;
  /** The person's company, unless it lies in the trash. */
  readonly company?: TwentyRecordView;
}
