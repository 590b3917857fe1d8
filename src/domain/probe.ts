/**
 * Records that Sluice writes only to see their event come back have ids that begin like this; the rest is random. Whoever
 * meets such an id asks the table of probes whether it is one.
 */
const PREFIX = '51ce0b0e-';

export function isProbeId(id: string): boolean {
  return id.startsWith(PREFIX);
}

/** A probe's id made of a random UUID; its version and variant stay. */
export function probeIdFrom(uuid: string): string {
  return PREFIX + uuid.slice(PREFIX.length);
}
