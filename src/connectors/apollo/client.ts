import type { OpenTool } from '../tool.ts';
import { apolloApi } from './api.ts';
import { apolloEnricher } from './enricher.ts';
import type { ApolloSettings } from './index.ts';
import { apolloSequencer } from './sequencer.ts';

/** Apollo in all its roles, over one account. */
export const openApollo: OpenTool<ApolloSettings> = (settings, context) => {
  const api = apolloApi(settings, context);
  return { enricher: apolloEnricher(api), ...(settings.sequences === undefined ? {} : { sequencer: apolloSequencer(api, settings.sequences) }) };
};
