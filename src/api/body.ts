import type { IncomingMessage } from 'node:http';
import { Refusal } from './errors.ts';

/**
 * The body exactly as it came. Refuses what is larger than the limit as soon as that is known, by Content-Length or by
 * counting, and what takes longer than the time given in all; it stops reading then.
 */
export function readBody(incoming: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<Buffer> {
  const encoding = incoming.headers['content-encoding'];
  if (encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity') {
    return Promise.reject(new Refusal('unsupported_encoding', { path: 'header.content-encoding' }));
  }
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes));

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => stop(new Refusal('body_too_slow', { headers: { Connection: 'close' } })), timeoutMs);

    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) stop(tooLarge(maxBytes));
      else chunks.push(chunk);
    };
    const onEnd = () => {
      release();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    };
    const onCut = () => stop(new Refusal('body_cut'));

    function stop(refusal: Refusal): void {
      release();
      incoming.pause();
      reject(refusal);
    }

    function release(): void {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
    }

    incoming.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
    if (incoming.destroyed) onCut();
  });
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal('body_too_large', {
    message: `The body is larger than the ${maxBytes} bytes this address takes.`,
    path: 'body',
    headers: { Connection: 'close' },
  });
}
