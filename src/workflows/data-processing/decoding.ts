import iconv from 'iconv-lite';

const SAMPLE_BYTES = 64 * 1024;

/**
 * The text of a body that comes in slices, without its byte order mark. A byte order mark decides (UTF-8, UTF-16), then what is
 * configured, then the sender's charset, then a look at the beginning: what is no UTF-8 is taken for Windows-1252, as spreadsheets write it.
 */
export async function* decoded(slices: AsyncIterable<Uint8Array>, encoding: string, charset: string | undefined): AsyncGenerator<string> {
  const iterator = slices[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  while (size < SAMPLE_BYTES) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    head.push(value);
    size += value.byteLength;
  }
  const sample = Buffer.concat(head);
  const decoder = iconv.getDecoder(encodingOf(sample, encoding, charset));
  const first = decoder.write(sample);
  if (first !== '') yield first;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    const text = decoder.write(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
    if (text !== '') yield text;
  }
  const rest = decoder.end();
  if (rest !== undefined && rest !== '') yield rest;
}

/** Whether a text can be decoded by this name. */
export function isEncoding(name: string): boolean {
  return iconv.encodingExists(name);
}

/** Its name as iconv-lite knows it. */
function encodingOf(sample: Uint8Array, encoding: string, charset: string | undefined): string {
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) return 'utf-8';
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  if (encoding !== 'auto') return encoding === 'utf-16' ? utf16Order(sample) : encoding;
  if (charset !== undefined && iconv.encodingExists(charset)) return /^utf-?16$/i.test(charset) ? utf16Order(sample) : charset;
  const wide = utf16Of(sample);
  if (wide !== undefined) return wide;
  return isUtf8(sample) ? 'utf-8' : 'windows-1252';
}

function isUtf8(sample: Uint8Array): boolean {
  try {
    // A character cut at the end of the sample is no fault.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function utf16Order(sample: Uint8Array): string {
  return utf16Of(sample) ?? 'utf-16le';
}

/** Without a byte order mark: text in Western scripts has a zero in every second byte. */
function utf16Of(sample: Uint8Array): string | undefined {
  const length = Math.min(sample.length, 2_000) & ~1;
  if (length < 4) return undefined;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < length; i += 2) {
    if (sample[i] === 0) even += 1;
    if (sample[i + 1] === 0) odd += 1;
  }
  if (odd > length / 5 && even < length / 50) return 'utf-16le';
  return even > length / 5 && odd < length / 50 ? 'utf-16be' : undefined;
}
