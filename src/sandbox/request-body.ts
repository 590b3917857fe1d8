import type { IncomingMessage } from 'node:http';

const MAX_BODY_BYTES = 40 * 1024 * 1024;

/** The body of a request to a stand-in, as text. Throws RangeError above 40 MB. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new RangeError('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
