import { Decision, type RawRow } from './contract.ts';

/** A row without the columns that Sluice adds when it hands rows back (`_sluice_…`), and what a person has decided about it. */
export function apartFromOwn(raw: RawRow): { readonly raw: RawRow; readonly decision: Decision | undefined } {
  const said = Decision.safeParse(typeof raw['_sluice_decision'] === 'string' ? raw['_sluice_decision'].trim().toLowerCase() : undefined);
  const own = Object.keys(raw).some((name) => name.startsWith('_sluice_'));
  return {
    raw: own ? Object.fromEntries(Object.entries(raw).filter(([name]) => !name.startsWith('_sluice_'))) : raw,
    decision: said.success ? said.data : undefined,
  };
}
