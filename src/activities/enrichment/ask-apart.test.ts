import { expect, test } from 'vitest';
import { ConnectorError, type FailureKind } from '../../domain/failure.ts';
import type { Question } from '../../domain/profile.ts';
import type { EnricherAnswer, Lookup } from '../../connectors/enricher.ts';
import type { StepContext } from '../runtime/step.ts';
import { askApart } from './ask-apart.ts';

const context: StepContext = { pace: () => Promise.resolve(), prepay: () => Promise.resolve(), signal: new AbortController().signal };
const questions = (count: number): readonly Question[] => Array.from({ length: count }, (_, n) => ({ email: `p${String(n)}@acme.example` }));

/** Refuses every request that holds one of the bad ones. */
async function ask(count: number, bad: readonly string[], kind: FailureKind = 'rejected') {
  let requests = 0;
  const lookup: Lookup = {
    atOnce: count,
    canAsk: () => true,
    ask: (asked) => {
      requests += 1;
      if (asked.some(({ email }) => bad.includes(email!))) return Promise.reject(new ConnectorError('acme', kind, 'acme: no'));
      return Promise.resolve(asked.map((): EnricherAnswer => ({ kind: 'none' })));
    },
  };
  const answers = new Map<string, EnricherAnswer['kind']>();
  const failure = await askApart(lookup, questions(count), context, context, (asked, heard) => {
    asked.forEach(({ email }, place) => answers.set(email!, heard[place]!.kind));
    return Promise.resolve();
  }).catch((error: unknown) => error);
  return { requests, refused: [...answers].filter(([, end]) => end === 'refused').map(([email]) => email), answered: answers.size, failure };
}

test('one bad record in a hundred is found, and the others are answered', async () => {
  expect(await ask(100, ['p37@acme.example'])).toMatchObject({ refused: ['p37@acme.example'], answered: 100 });
});

test('when all are bad the search ends, and every one has an answer', async () => {
  const { requests, answered } = await ask(100, questions(100).map(({ email }) => email!));
  expect(requests).toBeLessThanOrEqual(45);
  expect(answered).toBe(100);
});

test('an answer that makes no sense is not asked for again, and other faults end the asking', async () => {
  expect(await ask(10, ['p3@acme.example'], 'malformed')).toMatchObject({ requests: 1, answered: 10 });
  expect((await ask(10, ['p3@acme.example'], 'rate_limited')).failure).toMatchObject({ kind: 'rate_limited' });
});
