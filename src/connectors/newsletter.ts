/** A tool in the role `newsletter`. */
export interface NewsletterTool {
  readonly service: string;
}
