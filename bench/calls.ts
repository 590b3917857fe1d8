/** Calls the REST API of the stand-in for Twenty. */
export function twentyOf({ TWENTY_API_URL: url, TWENTY_API_KEY: key }: NodeJS.ProcessEnv) {
  return <A>(method: string, path: string, body: object): Promise<A> => call<A>(method, `${url!}${path}`, key!, body);
}

/** Sends JSON and answers JSON; anything but success is an error with what was said. */
export async function call<A>(method: string, url: string, token: string, body: object): Promise<A> {
  const answer = await fetch(url, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url} was answered with ${String(answer.status)}: ${await answer.text()}`);
  return (await answer.json()) as A;
}
