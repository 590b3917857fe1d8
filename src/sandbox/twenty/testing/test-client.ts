import type { SandboxTwenty } from '../index.ts';

export interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** Speaks to a sandbox over HTTP as a client would. */
export function clientOf(sandbox: Pick<SandboxTwenty, 'url' | 'apiKey'>): {
  graphql: (query: string, variables?: unknown) => Promise<GraphqlAnswer>;
  rest: (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
} {
  const send = (method: string, path: string, body?: unknown): Promise<Response> => fetch(sandbox.url + path, {
    method, headers: { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    graphql: async (query, variables) => (await (await send('POST', '/graphql', { query, variables })).json()) as GraphqlAnswer,
    rest: async (method, path, body) => {
      const response = await send(method, path, body);
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
  };
}
