import type { z } from 'zod';

/** A configured credential and endpoint of a tool, as a builder such as `twenty({...})` returns it; validated by `defineConfig`. */
export interface ConnectionInput<K extends string = string> {
  /** Folder name in `connectors/`, `resend`. */
  readonly kind: K;
  readonly schema: z.ZodType;
  readonly settings: unknown;
}

/** A configured, validated connection. `S` is what the schema of its kind gives. */
export interface Connection<S = unknown> {
  readonly name: string;
  readonly kind: string;
  readonly settings: S;
}
