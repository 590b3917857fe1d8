/** A tool in the role `scorer`. */
export interface Scorer {
  readonly service: string;
}
