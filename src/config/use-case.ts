import type { z } from 'zod';
import type { Urgency } from '../domain/delivery.ts';
import type { NewDelivery, NewEvent } from '../domain/event.ts';
import type { SecretRef } from './secret.ts';

/** A use case's card: what the rest of the house knows of it. `S` is the shape of its settings after validation. */
export interface UseCase<S = unknown> {
  /** Folder name, `web-forms`. */
  readonly name: string;
  /** The exported workflow function, `webForms`. */
  readonly workflowType: string;
  readonly settings: z.ZodType<S>;
  readonly urgency: Urgency;
  /** Fills what the settings leave to the workspace; done once, after validation. */
  inherit?(settings: S, workspace: WorkspaceDefaults): S;
  /** Names of the connections a run needs; a set is claimed only when all of them are healthy. */
  connections(settings: S): readonly string[];
  /** How `POST /hooks/{integration}` is read; undefined when the use case takes no webhooks. */
  hook?(settings: S): Hook;
  /**
   * Loads the use case's own activities: a function from what the worker hands to all (`ActivityDeps`) to activities by name.
   * Only the worker calls it, so that nobody else carries their weight.
   */
  activities(): Promise<(deps: never) => object>;
  readonly samples: readonly Sample[];
}

/** What every integration may take over from the workspace. */
export interface WorkspaceDefaults {
  /** IANA name, `Europe/Berlin`. */
  readonly timeZone: string;
  /** Two letters, `DE`; undefined when only international phone numbers are to be read. */
  readonly country?: string;
}

/** A configured use case as a builder such as `webForms({...})` returns it; validated by `defineConfig`. */
export interface IntegrationInput {
  readonly useCase: UseCase;
  readonly settings: unknown;
}

/** A configured, validated integration. */
export interface Integration<S = unknown> {
  readonly name: string;
  readonly useCase: UseCase<S>;
  readonly settings: S;
}

/** How a webhook is checked and read, before anything is stored. Nothing here calls outside. */
export interface Hook {
  /** The signature scheme's name (a row of the gateway's table) and its live secrets; `none` must be configured in words. */
  readonly verification: Verification;
  /** Media types accepted; anything else is 415. */
  readonly contentTypes: readonly string[];
  /** Upper limit of the body in bytes; above it 413. */
  readonly maxBodyBytes: number;
  /** Origins a browser may post from (CORS and origin check); undefined allows any, an empty list none. */
  readonly allowedOrigins?: readonly string[];
  /** Where a browser form is sent afterwards (303). */
  readonly thankYouUrl?: string;
  /** Submissions a minute from one address; above it 429. */
  readonly perAddressPerMinute?: number;
  /** Human check by a captcha service, done after reading. */
  readonly captcha?: { readonly provider: 'turnstile' | 'hcaptcha'; readonly secret: SecretRef; readonly verifyUrl?: string };
  read(request: HookRequest): HookReading | Promise<HookReading>;
}

export type Verification =
  | { readonly scheme: string; readonly secrets: readonly SecretRef[]; readonly options?: Readonly<Record<string, string>> }
  | { readonly scheme: 'none' };

export interface HookRequest {
  /** Media type in lower case without parameters. */
  readonly contentType: string;
  /** The whole Content-Type header (multipart boundary, charset). */
  readonly contentTypeHeader: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type HookReading =
  | {
      readonly kind: 'event';
      readonly dedupe: NewEvent['dedupe'];
      readonly laneKey: string;
      readonly urgency?: Urgency;
      readonly outcome?: NewDelivery['outcome'];
      /** The captcha answer found in the body. */
      readonly captchaToken?: string;
    }
  /** A provider's handshake: answered, never stored. */
  | { readonly kind: 'answer'; readonly status: 200; readonly body: unknown }
  /** Not something this source may send: nothing is stored, the sender is told the path and the remedy. */
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 415 | 422; readonly path: string; readonly problem: string };

/** A payload that shows the use case: `npm start` and `sluice try` send it. */
export interface Sample {
  readonly name: string;
  readonly contentType: string;
  readonly body: string;
}
