export * from '../../src/workflows/index.ts';
export { witness } from './witness/workflow.ts';
