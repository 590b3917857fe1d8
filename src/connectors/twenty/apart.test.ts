import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_EXTRA_CALLS, extraCalls, sendApart } from './apart.ts';
import type { Plan } from './apart.ts';
import { TwentyRefusal } from './errors.ts';

/** A server that takes a batch whole or refuses it for one bad row, naming the row or not; it counts its calls and keeps what it took. */
function server(bad: ReadonlySet<number>, names: 'names' | 'is silent'): { plan: Plan<number, string>; taken: number[]; calls: () => number } {
  const taken: number[] = [];
  let calls = 0;
  const plan: Plan<number, string> = {
    send(rows) {
      calls += 1;
      const culprit = rows.find((row) => bad.has(row));
      if (culprit !== undefined) return Promise.reject(new TwentyRefusal({ message: `row ${String(culprit)}` }, 'createPeople'));
      taken.push(...rows);
      return Promise.resolve(rows.map(() => 'done'));
    },
    blame: (rows, refusal) => Promise.resolve(new Map(names === 'names' ? rows.filter((row) => refusal.technical === `row ${String(row)}`).map((row) => [row, 'refused']) : [])),
    refused: () => 'refused',
    held: () => 'held',
  };
  return { plan, taken, calls: () => calls };
}

const rows = Array.from({ length: 200 }, (_none, index) => index);
const count = (ends: ReadonlyMap<number, string>): Record<string, number> => {
  const counted: Record<string, number> = { done: 0, refused: 0, held: 0 };
  for (const end of ends.values()) counted[end] = (counted[end] ?? 0) + 1;
  return counted;
};

describe('of a batch of 200', () => {
  it('with nothing wrong, all is done in one call', async () => {
    const { plan, calls } = server(new Set(), 'is silent');
    expect({ ends: count(await sendApart(rows, plan, extraCalls())), calls: calls() }).toEqual({ ends: { done: 200, refused: 0, held: 0 }, calls: 1 });
  });

  it('with one bad row that is named, 199 are done with one extra call', async () => {
    const { plan, calls } = server(new Set([77]), 'names');
    expect({ ends: count(await sendApart(rows, plan, extraCalls())), calls: calls() }).toEqual({ ends: { done: 199, refused: 1, held: 0 }, calls: 2 });
  });

  it('with one bad row that nobody names, 199 are done within the extra calls, wherever it stands', async () => {
    for (const bad of rows) {
      const { plan, calls } = server(new Set([bad]), 'is silent');
      expect(count(await sendApart(rows, plan, extraCalls()))).toEqual({ done: 199, refused: 1, held: 0 });
      expect(calls()).toBeLessThanOrEqual(1 + MAX_EXTRA_CALLS);
    }
  });

  it('with all rows bad, the rest is held after twenty extra calls', async () => {
    const { plan, calls } = server(new Set(rows), 'names');
    expect({ ends: count(await sendApart(rows, plan, extraCalls())), calls: calls() }).toEqual({ ends: { done: 0, refused: 21, held: 179 }, calls: 21 });
  });
});

it('every row gets one end, a good row is never refused, a bad one never done, and nothing is sent twice', async () => {
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 0, max: 40 }), fc.array(fc.nat(39)), fc.constantFrom('names' as const, 'is silent' as const), fc.integer({ min: 0, max: 20 }),
    async (size, bad, names, most) => {
      const { plan, taken, calls } = server(new Set(bad), names);
      const ends = await sendApart(rows.slice(0, size), plan, extraCalls(most));
      expect(ends.size).toBe(size);
      for (const [row, end] of ends) expect(end === 'done' ? !bad.includes(row) : end === 'refused' ? bad.includes(row) : true).toBe(true);
      expect(new Set(taken).size).toBe(taken.length);
      expect(calls()).toBeLessThanOrEqual(size === 0 ? 0 : 1 + most);
    },
  ));
});

it('a fault that is no refusal is thrown on', async () => {
  const plan: Plan<number, string> = { ...server(new Set(), 'names').plan, send: () => Promise.reject(new Error('cut')) };
  await expect(sendApart([1], plan, extraCalls())).rejects.toThrow('cut');
});
