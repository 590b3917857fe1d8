import { defineConfig } from '../../src/config/define-config.ts';
import { secret } from '../../src/config/secret.ts';
import { lemlist, lemlistNews } from '../../src/connectors/lemlist/index.ts';
import { smartlead } from '../../src/connectors/smartlead/index.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { emailSequences } from '../../src/workflows/email-sequences/index.ts';

const { TWENTY_API_URL = '', LEMLIST_BASE_URL = '', SMARTLEAD_BASE_URL = '' } = process.env;
const common = { settle: { quietSeconds: 0, maxSeconds: 0 }, watch: ['jobTitle'] };

/** Email sequences alone, started by hand: with a tool that takes one lead at a time, and with one that takes many. */
export default defineConfig({
  workspace: { timeZone: 'Europe/Berlin', catchUp: 'off' },
  connections: {
    twenty: twenty({ url: TWENTY_API_URL, apiKey: secret('TWENTY_API_KEY'), webhookSecret: secret('TWENTY_WEBHOOK_SECRET'), budget: 'off' }),
    lemlist: lemlist({ apiKey: secret('LEMLIST_API_KEY'), baseUrl: LEMLIST_BASE_URL, limits: { perSecond: 1000 } }),
    smartlead: smartlead({ apiKey: secret('SMARTLEAD_API_KEY'), baseUrl: SMARTLEAD_BASE_URL, limits: { perMinute: 6000 } }),
  },
  integrations: {
    singly: emailSequences({ ...common, tool: 'lemlist', choose: () => 'cam_Welcome0000000001', webhook: lemlistNews({ unauthenticated: true }) }),
    together: emailSequences({ ...common, tool: 'smartlead', choose: () => '372', write: { sequence: 'otherSequence', state: 'otherSequenceState', at: 'otherSequenceAt' } }),
  },
});
