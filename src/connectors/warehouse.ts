/** A tool in the role `warehouse`. */
export interface Warehouse {
  readonly service: string;
}
