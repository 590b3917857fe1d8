import type { ToolAnswer } from '../stand-in.ts';

/** A refusal in Stripe's shape (docs.stripe.com/api/errors). */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly type: string;

  constructor(status: number, message: string, { code, param, type = 'invalid_request_error' }: { readonly code?: string; readonly param?: string; readonly type?: string } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
    this.type = type;
  }

  answer(): ToolAnswer {
    const { code, param, message, type } = this;
    const about = code === undefined ? {} : { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` };
    return { status: this.status, body: { error: { ...about, message, ...(param === undefined ? {} : { param }), type } } };
  }
}

export const missing = (param: string): StripeRefusal => new StripeRefusal(400, `Missing required param: ${param}.`, { code: 'parameter_missing', param });
export const unknownParam = (param: string): StripeRefusal => new StripeRefusal(400, `Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
export const noSuch = (what: string, id: string, param = 'id', status = 404): StripeRefusal => new StripeRefusal(status, `No such ${what}: '${id}'`, { code: 'resource_missing', param });
