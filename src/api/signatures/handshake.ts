import { createHmac, type KeyObject } from 'node:crypto';

const urlValidation = 'endpoint.url_validation';

/**
 * What Zoom expects when it checks our address (developers.zoom.us, "Validate your webhook endpoint"), or undefined when the
 * body is an ordinary event. Call it only with a body whose signature was verified: it signs text of the sender's choice with
 * the secret that also signs events.
 */
export function answerZoomHandshake(body: Uint8Array, key: KeyObject): { plainToken: string; encryptedToken: string } | undefined {
  if (!Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(urlValidation)) return undefined;
  const token = readPlainToken(body);
  if (token === undefined) return undefined;
  return { plainToken: token, encryptedToken: createHmac('sha256', key).update(token).digest('hex') };
}

function readPlainToken(body: Uint8Array): string | undefined {
  try {
    const message = JSON.parse(Buffer.from(body).toString('utf8')) as { event?: unknown; payload?: { plainToken?: unknown } } | null;
    const token = message?.payload?.plainToken;
    return message?.event === urlValidation && typeof token === 'string' && token !== '' ? token : undefined;
  } catch {
    return undefined;
  }
}
