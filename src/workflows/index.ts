/** Every workflow there is: what the worker bundles. A new use case is its folder and one line here. */
export { bidirectionalSync } from './bidirectional-sync/workflow.ts';
export { catchUp } from './catch-up/workflow.ts';
export { dataProcessing } from './data-processing/workflow.ts';
export { emailSequences } from './email-sequences/workflow.ts';
export { enrichment } from './enrichment/workflow.ts';
export { invoices } from './invoices/workflow.ts';
export { leadScoring } from './lead-scoring/workflow.ts';
export { meetingNotes } from './meeting-notes/workflow.ts';
export { newsletter } from './newsletter/workflow.ts';
export { operatorAlert } from './operator-alert/workflow.ts';
export { productDataSync } from './product-data-sync/workflow.ts';
export { scheduleFiring } from './triggers/schedule-firing.ts';
export { selectRecords } from './triggers/select-records.ts';
export { trigger } from './triggers/trigger.ts';
export { webForms } from './web-forms/workflow.ts';
