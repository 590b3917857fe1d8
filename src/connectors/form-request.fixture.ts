import type { HookRequest } from '../config/use-case.ts';

export function jsonRequest(payload: unknown): HookRequest {
  return bodyRequest('application/json', typeof payload === 'string' ? payload : JSON.stringify(payload));
}

export function bodyRequest(contentTypeHeader: string, body: string | Uint8Array): HookRequest {
  return {
    contentType: contentTypeHeader.split(';')[0]!.trim().toLowerCase(),
    contentTypeHeader,
    headers: {},
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  };
}

/** A multipart body as a browser writes it. */
export async function multipartRequest(parts: readonly (readonly [string, string | File])[]): Promise<HookRequest> {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  const response = new Response(form);
  return bodyRequest(response.headers.get('content-type') ?? '', new Uint8Array(await response.arrayBuffer()));
}
