import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { addInvoiceLines, finaliseInvoices, sendInvoices } from './complete-invoices.ts';
import { createCustomers, matchCustomers } from './customers.ts';
import { draftInvoices } from './drafts.ts';
import { mailFinance } from './mail-finance.ts';
import { awaitData, linkMissingTasks, makeMissingTasks } from './missing-tasks.ts';
import { noteNews } from './note-news.ts';
import { openInvoices } from './open-invoices.ts';
import { planInvoices } from './plan-invoices.ts';
import { readDeals } from './read-deals.ts';
import { settleInvoices } from './settle-invoices.ts';
import { writeInvoices } from './write-invoices.ts';

/** The steps of the invoices workflow. */
export function invoicesActivities(deps: ActivityDeps) {
  return {
    openInvoices: (run: RunInput) => openInvoices(deps, run),
    noteNews: (run: RunInput) => noteNews(deps, run),
    readDeals: (run: RunInput) => readDeals(deps, run),
    planInvoices: (run: RunInput) => planInvoices(deps, run),
    makeMissingTasks: (run: RunInput) => makeMissingTasks(deps, run),
    linkMissingTasks: (run: RunInput) => linkMissingTasks(deps, run),
    awaitData: (run: RunInput) => awaitData(deps, run),
    matchCustomers: (run: RunInput) => matchCustomers(deps, run),
    createCustomers: (run: RunInput) => createCustomers(deps, run),
    draftInvoices: (run: RunInput) => draftInvoices(deps, run),
    addInvoiceLines: (run: RunInput) => addInvoiceLines(deps, run),
    finaliseInvoices: (run: RunInput) => finaliseInvoices(deps, run),
    sendInvoices: (run: RunInput) => sendInvoices(deps, run),
    writeInvoices: (run: RunInput) => writeInvoices(deps, run),
    mailFinance: (run: RunInput) => mailFinance(deps, run),
    settleInvoices: (run: RunInput) => settleInvoices(deps, run),
  };
}

export type InvoicesActivities = ReturnType<typeof invoicesActivities>;
