/** One filled form, whatever tool sent it, before any mapping. */
export interface FormSubmission {
  /** The provider's own id of the submission; undefined when it has none. */
  readonly id?: string;
  readonly formId?: string;
  readonly formName?: string;
  /** When the person submitted, ISO 8601 instant, when the provider says. */
  readonly submittedAt?: string;
  /** Answers by field name, label, ref or key: every name a mapping may use for the field leads to the same value. */
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
  readonly files: readonly FormFile[];
}

export interface FormFile {
  readonly field: string;
  readonly name: string;
  /** Where the provider keeps it; undefined when the bytes themselves were posted. */
  readonly url?: string;
}
