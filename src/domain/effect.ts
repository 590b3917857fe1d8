/**
 * Where a change outside stands. `attempting` is committed, with the exact request, before the call is made; `unknown` means
 * that nobody can say whether it happened.
 */
export type EffectState = 'planned' | 'attempting' | 'done' | 'rejected' | 'unknown';
