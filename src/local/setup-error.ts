/** Something about this machine or its settings that a person can mend; the message says what and how. */
export class SetupError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'SetupError';
  }
}
