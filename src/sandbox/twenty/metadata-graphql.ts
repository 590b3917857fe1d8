import type { Answer } from './answer.ts';
// stub
export function answerMetadataGraphql(..._args: unknown[]): Answer { return { status: 501 }; }
