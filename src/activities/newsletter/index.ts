import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { addReaders } from './add-readers.ts';
import { createCampaign, finishCampaign } from './campaign.ts';
import { confirmNewsletter } from './confirm-newsletter.ts';
import { countReaders } from './count-readers.ts';
import { freezeReaders } from './freeze-readers.ts';
import { lookAtImports } from './look-at-imports.ts';
import { draftMailing, sendMailing } from './mailings.ts';
import { openNewsletters } from './open-newsletters.ts';
import { readReaders } from './read-readers.ts';
import { readStandings } from './read-standings.ts';
import { settleNewsletters } from './settle-newsletters.ts';

/** The steps of a newsletter. */
export function newsletterActivities(deps: ActivityDeps) {
  return {
    openNewsletters: (run: RunInput) => openNewsletters(deps, run),
    countReaders: (run: RunInput, deliveryId: string) => countReaders(deps, run, deliveryId),
    readReaders: (run: RunInput, deliveryId: string) => readReaders(deps, run, deliveryId),
    freezeReaders: (run: RunInput, deliveryId: string) => freezeReaders(deps, run, deliveryId),
    createCampaign: (run: RunInput, deliveryId: string) => createCampaign(deps, run, deliveryId),
    addReaders: (run: RunInput, deliveryId: string) => addReaders(deps, run, deliveryId),
    lookAtImports: (run: RunInput, deliveryId: string, last: boolean) => lookAtImports(deps, run, deliveryId, last),
    readStandings: (run: RunInput, deliveryId: string) => readStandings(deps, run, deliveryId),
    draftMailing: (run: RunInput, deliveryId: string) => draftMailing(deps, run, deliveryId),
    sendMailing: (run: RunInput, deliveryId: string) => sendMailing(deps, run, deliveryId),
    finishCampaign: (run: RunInput, deliveryId: string) => finishCampaign(deps, run, deliveryId),
    confirmNewsletter: (run: RunInput, deliveryId: string) => confirmNewsletter(deps, run, deliveryId),
    settleNewsletters: (run: RunInput) => settleNewsletters(deps, run),
  };
}

export type NewsletterActivities = ReturnType<typeof newsletterActivities>;
