/** A tool in the role `recorder`. */
export interface Recorder {
  readonly service: string;
}
