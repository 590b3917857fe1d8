import { Resend, type Response as ResendAnswer } from 'resend';
import type { HttpClient, HttpRequest } from '../http/client.ts';
import { resendFault } from './faults.ts';

/**
 * Resend's own client with our way out: the SDK's fetch swallows what went wrong on the network, and knows nothing of
 * redirects, private addresses and limits.
 */
export class GuardedResend extends Resend {
  readonly #http: HttpClient;

  constructor(key: string, baseUrl: string, http: HttpClient) {
    super(key, { baseUrl, userAgent: 'sluice' });
    this.#http = http;
  }

  override async fetchRequest<T>(path: string, request: SdkRequest = {}): Promise<ResendAnswer<T>> {
    const sent = request.body instanceof FormData ? await encoded(request.body) : { headers: {}, ...(request.body === undefined ? {} : { body: request.body }) };
    const answer = await this.#http.send({
      ...sent,
      method: (request.method ?? 'GET') as HttpRequest['method'],
      url: `${this.baseUrl}${path}`,
      headers: { ...Object.fromEntries(request.headers ?? []), ...sent.headers },
      signal: request.signal,
    });
    if (answer.status < 200 || answer.status > 299) throw resendFault(answer);
    return { data: answer.json() as T, error: null, headers: answer.headers };
  }
}

/** What the SDK hands to `fetch`. */
interface SdkRequest {
  readonly method?: string;
  readonly headers?: Headers;
  /** A file among them comes as a form. */
  readonly body?: string | FormData;
  readonly signal?: AbortSignal;
}

/** A form as it goes over the wire, with the media type that names its boundary. */
async function encoded(form: FormData): Promise<{ readonly headers: Record<string, string>; readonly body: Uint8Array }> {
  const whole = new Response(form);
  return { headers: { 'content-type': whole.headers.get('content-type') ?? '' }, body: new Uint8Array(await whole.arrayBuffer()) };
}
