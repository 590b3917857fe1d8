/** A tool in the role `feed`. */
export interface Feed {
  readonly service: string;
}
