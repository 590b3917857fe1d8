import type { SecretRef } from '../config/secret.ts';
import type { Role } from '../domain/role.ts';
import type { Counterpart } from './counterpart.ts';
import type { Enricher } from './enricher.ts';
import type { Feed } from './feed.ts';
import type { HttpClient, HttpClientOptions } from './http/client.ts';
import type { InvoicingTool } from './invoicing.ts';
import type { NewsletterTool } from './newsletter.ts';
import type { Recorder } from './recorder.ts';
import type { Scorer } from './scorer.ts';
import type { Sequencer } from './sequencer.ts';
import type { Warehouse } from './warehouse.ts';

/** What a tool offers in each role. */
export interface Tools extends Record<Role, unknown> {
  readonly warehouse: Warehouse;
  readonly recorder: Recorder;
  readonly enricher: Enricher;
  readonly newsletter: NewsletterTool;
  readonly sequencer: Sequencer;
  readonly scorer: Scorer;
  readonly invoicing: InvoicingTool;
  readonly feed: Feed;
  readonly counterpart: Counterpart;
}

/** A tool that is open: in the roles that its card names. */
export type Tool = { readonly [R in Role]?: Tools[R] } & {
  /** Ends what the context does not end by itself; kept connections of its HTTP clients are ended there. */
  close?(): Promise<void>;
};

/** Opens a tool. Connects to nothing yet and never throws for a missing secret: that is said when it is used. */
export type OpenTool<S> = (settings: S, context: ToolContext) => Tool;

/** What the worker hands to every tool. */
export interface ToolContext {
  /** Reads the secret each time it is called, so that a renewed one is used at once. Throws when it is not set, naming it. */
  secret(ref: SecretRef): () => string;
  /** The one way out, with the hosts that may be called in the clear and the listener for rates in place. Ended by the worker. */
  http(options: Omit<HttpClientOptions, 'allowInsecure' | 'onRateNews'>): HttpClient;
  /** Hosts that may be called over http or in a private network, for SDKs and drivers that do not go through `http`. */
  readonly allowInsecure: readonly string[];
}

/** What a step hands to a connector with each call. */
export interface ToolCall {
  /** Asked before each request; resolves when that many requests may be made. `midway`: others of this step went before. */
  pace(tokens: number, state?: { readonly midway: boolean }): Promise<void>;
  readonly signal?: AbortSignal;
}
