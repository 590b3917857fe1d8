import type { z } from 'zod';
import type { Role } from '../domain/role.ts';

/** A configured credential and endpoint of a tool, as a builder such as `twenty({...})` returns it; validated by `defineConfig`. */
export interface ConnectionInput<K extends string = string> {
  /** Folder name in `connectors/`, `resend`. */
  readonly kind: K;
  readonly schema: z.ZodType;
  readonly settings: unknown;
  /** What integrations can use it for, and the code for that. */
  readonly tool?: ToolCard;
}

/** A tool's card: what it can do, and where the code is that speaks to it. */
export interface ToolCard {
  readonly roles: readonly Role[];
  /**
   * Loads the connector: a function from the validated settings and what the worker hands to all (`ToolContext` in `connectors/tool.ts`)
   * to the tool in its roles. Only the worker calls it, so that nobody else carries its weight.
   */
  open(): Promise<(settings: never, context: never) => object>;
}

/** A tool that an integration uses, in a role. */
export interface ToolWish {
  readonly connection: string;
  readonly role: Role;
  /** Where in the integration's settings it is named, `providers[0]`. */
  readonly at?: string;
}

/** A configured, validated connection. `S` is what the schema of its kind gives. */
export interface Connection<S = unknown> {
  readonly name: string;
  readonly kind: string;
  readonly settings: S;
  readonly tool?: ToolCard;
}
