import { afterAll, beforeAll, test } from 'vitest';
import { dieAt, type EnrichmentRig, moments, startEnrichmentRig } from './enrichment-deaths.ts';

let own: EnrichmentRig;
beforeAll(async () => void (own = await startEnrichmentRig()));
afterAll(() => own.rig.close());

test.each(moments)('kill -9 of the worker while $name: every record is enriched, kept answers are not paid again, sales is told once', async (moment) => dieAt(own, moment));
