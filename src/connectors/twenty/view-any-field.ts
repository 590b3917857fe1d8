import { ConnectorError } from '../../domain/failure.ts';
import type { TwentyField } from './metadata.ts';
import { anyOf, untranslatable } from './view-condition.ts';
import type { Clock, Condition, Filter } from './view-condition.ts';
import { conditionFilter } from './view-fields.ts';

/** "Search any field": the records of which at least one field holds the text, each kind of field searched in its own way. */
export function anyFieldFilter(text: string, fields: readonly TwentyField[], clock: Clock): Filter {
  const found = fields.filter(({ isActive }) => isActive).flatMap((field) => conditionsOn(field, text, clock)).map(conditionFilter);
  // Nothing to search in is every record to Twenty.
  if (found.length === 0) throw new ConnectorError('twenty', 'rejected', 'twenty: the view searches any field, but the object has none that can hold the text');
  return anyOf(found);
}

function conditionsOn(field: TwentyField, text: string, clock: Clock): readonly Condition[] {
  const condition = (operand: string, value: string, sub?: string): Condition => ({ field, operand, value, sub, clock });
  switch (field.type) {
    case 'TEXT':
    case 'ADDRESS':
    case 'LINKS':
    case 'FULL_NAME':
    case 'ARRAY':
    case 'EMAILS': return [condition('CONTAINS', text)];
    case 'PHONES': return /\d/.test(text) ? [condition('CONTAINS', text)] : [];
    case 'NUMBER': return isNumber(text) ? [condition('IS', text)] : [];
    case 'CURRENCY': {
      const codes = currencyCodes(condition('IS', text));
      return [...(isNumber(text) ? [condition('IS', text)] : []), ...(codes.length > 0 ? [condition('IS', JSON.stringify(codes), 'currencyCode')] : [])];
    }
    case 'SELECT':
    case 'MULTI_SELECT': {
      const options = (field.options ?? []).filter(({ value, label }) => [value, label].some((name) => typeof name === 'string' && name.toLowerCase().includes(text.toLowerCase())));
      return options.length === 0 ? [] : [condition(field.type === 'SELECT' ? 'IS' : 'CONTAINS', JSON.stringify(options.map(({ value }) => value)))];
    }
    default: return [];
  }
}

/**
 * Twenty also finds amounts by the English name of their currency, from a list of its own. A currency's code is the same
 * everywhere; a text that may stand in a name, but is no code, is refused rather than guessed at.
 */
function currencyCodes(condition: Condition): readonly string[] {
  const { value } = condition;
  if (CODES.includes(value)) return [value];
  const name = new Intl.DisplayNames('en', { type: 'currency' });
  const possible = CODES.some((code) => `${name.of(code) ?? ''} (${code})`.toLowerCase().includes(value.toLowerCase()));
  if (possible) throw untranslatable({ ...condition, operand: 'search any field' }, 'may mean the name of a currency. Write a condition on the field instead');
  return [];
}

const CODES: readonly string[] = Intl.supportedValuesOf('currency');

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
