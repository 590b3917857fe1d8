/** A tool in the role `sequencer`. */
export interface Sequencer {
  readonly service: string;
}
