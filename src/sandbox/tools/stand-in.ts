/** A strict stand-in for one vendor's API. It refuses what the vendor refuses, in the vendor's words and shapes. */
export interface StandIn {
  /** The first part of its addresses, `hunter`. */
  readonly name: string;
  /** Host name of the real service, for those who look at the sandbox. */
  readonly stands: string;
  /** What the environment must say for Sluice to speak to it, given its address: `{ HUNTER_BASE_URL: url, HUNTER_API_KEY: '…' }`. */
  env(url: string): Readonly<Record<string, string>>;
  /** The answer to a request, credentials checked first; `path` begins behind the stand-in's own address. */
  answer(request: ToolRequest): ToolAnswer | Promise<ToolAnswer>;
  /** How it refuses for the rate, in its own form. */
  tooMany(): ToolAnswer;
  /** How it fails by itself; a bare 500 when left out. */
  broken?(): ToolAnswer;
  /** All that it holds, as JSON, so that a restart goes on from there. */
  save?(): unknown;
  load?(saved: unknown): void;
}

export interface ToolRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as JSON; undefined when it is none. */
  json(): unknown;
  /** The address of the stand-in as the caller sees it, for links in answers. */
  readonly url: string;
}

export interface ToolAnswer {
  readonly status: number;
  /** Sent as JSON, a text as it is. */
  readonly body?: unknown;
  /** Media type; JSON or plain text by the body when left out. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the ledger: what this call changed, `enrolled lea_1`; undefined when nothing. */
  readonly changed?: string;
}

/** One call as it ended. */
export interface ToolCallRecord {
  readonly at: string;
  readonly tool: string;
  readonly method: string;
  /** With its query, keys and passwords blanked. */
  readonly path: string;
  readonly status: number | 'cut' | 'hung';
  readonly idempotencyKey?: string | undefined;
  readonly changed?: string | undefined;
}
