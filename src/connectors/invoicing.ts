/** A tool in the role `invoicing`. */
export interface InvoicingTool {
  readonly service: string;
}
