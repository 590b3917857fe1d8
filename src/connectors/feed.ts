import type { ToolCall } from './tool.ts';

/** A tool in the role `feed`: hands out rows, page by page. */
export interface Feed {
  readonly service: string;
  /** One page with one request. Throws only ConnectorError, `malformed` when the feed hands out the same place again and again. */
  page(at: FeedPlace, call: ToolCall): Promise<FeedPage>;
}

/** Where in the feed to go on, as the page before said; plain data. */
export type FeedCursor = Readonly<Record<string, string | number>>;

export interface FeedPlace {
  /** Undefined for the first page. */
  readonly cursor?: FeedCursor | undefined;
  /** What stood for the whole feed when it was last read to its end: what has not changed since is not sent again. */
  readonly etag?: string | undefined;
  /** When the last complete reading began, ISO 8601: for feeds that can tell what changed since. */
  readonly since?: string | undefined;
}

export type FeedPage =
  /** Nothing has changed since the reading that `etag` stands for. */
  | { readonly kind: 'unchanged' }
  /** Rows as values, or a body to be parsed; a page without a row is the last. `etag` is there when it stands for the whole feed. */
  | { readonly kind: 'rows'; readonly rows: readonly unknown[]; readonly next: FeedCursor | undefined; readonly etag: string | undefined }
  | { readonly kind: 'body'; readonly body: Uint8Array; readonly contentType: string; readonly next: FeedCursor | undefined; readonly etag: string | undefined };
