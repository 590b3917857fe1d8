export * from '../../src/workflows/index.ts';
export { errand } from './errand/workflow.ts';
