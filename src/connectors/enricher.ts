/** A tool in the role `enricher`. */
export interface Enricher {
  readonly service: string;
}
