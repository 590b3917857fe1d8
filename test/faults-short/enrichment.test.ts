import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, type EnrichmentRig, moments, startEnrichmentRig } from '../faults/enrichment-deaths.ts';

let own: EnrichmentRig;
beforeAll(async () => void (own = await startEnrichmentRig()));
afterAll(() => own.rig.close());

/** One moment out of the fault run, which tries them all. */
test.each(moments.slice(2, 3))('kill -9 of the worker while $name: every record is enriched, kept answers are not paid again, sales is told once', { timeout: 300_000 }, async (moment) => dieAt(own, moment));
