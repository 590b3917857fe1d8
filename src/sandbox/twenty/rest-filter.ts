import type { ObjectModel } from './model.ts';
import { directions } from './order.ts';
import { databaseRefusal } from './refusal.ts';
import type { Workspace } from './workspace.ts';

const comparators = ['eq', 'neq', 'in', 'containsAny', 'is', 'gt', 'gte', 'lt', 'lte', 'startsWith', 'endsWith', 'like', 'ilike'];

/** `field[comparator]:value`, `and(…)`, `or(…)`, `not(…)` as the GraphQL filter they stand for, traps of Twenty's parser included. */
export function parseRestFilter(workspace: Workspace, object: ObjectModel, text: string | null): unknown {
  if (text === null || text === '') return {};
  const missing = [...text].reduce((open, char) => open + (char === '(' ? 1 : char === ')' ? -1 : 0), 0);
  if (missing !== 0) throw databaseRefusal(`'filter' invalid. ${bracketsMissing(missing)} missing in the query`);
  return parseConjunction(workspace, object, /^(and|or|not)\(.*\)$/s.test(text) && splitConditions(text).length === 1 ? text : `and(${text})`);
}

/** `field[Direction],field_2` as GraphQL's `orderBy`. */
export function parseRestOrder(text: string | null): unknown {
  if (text === null || text === '') return undefined;
  return text.split(',').map((part) => {
    const [, path = part, direction = 'AscNullsFirst'] = /^([^[]+)\[(.*)\]$/.exec(part) ?? [];
    if (!directions.includes(direction as never)) {
      const example = '?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3';
      throw databaseRefusal(`'order_by' direction '${direction}' invalid. Allowed values are '${directions.join("', '")}'. eg: ${example}`);
    }
    return nested(path.split('.'), direction);
  });
}

function parseConjunction(workspace: Workspace, object: ObjectModel, text: string): unknown {
  const [, name, content = ''] = /^(and|or|not)\((.*)\)$/s.exec(text) ?? [];
  if (name === undefined) return parseCondition(workspace, object, text);
  const conditions = splitConditions(content).map((part) => parseConjunction(workspace, object, part));
  return { [name]: name === 'not' ? conditions[0] : conditions };
}

/**
 * Splits at commas outside brackets and quotes. Single and double quotes are counted apart, so an apostrophe inside a
 * quoted value swallows every condition that follows.
 */
function splitConditions(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let single = false;
  let double = false;
  let part = '';
  for (const char of text) {
    if (char === "'") single = !single;
    else if (char === '"') double = !double;
    else if (char === '(' || char === '[') depth += 1;
    else if (char === ')' || char === ']') depth -= 1;
    if (char === ',' && depth === 0 && !single && !double) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part];
}

function parseCondition(workspace: Workspace, object: ObjectModel, text: string): unknown {
  const [, path, comparator, value] = /^([^[\]]+)\[([^\]]*)\]:(.+)$/s.exec(text) ?? [];
  if (path === undefined || comparator === undefined || value === undefined) throw databaseRefusal(`'filter' invalid for '${text}'. eg: price[gte]:10`);
  if (!comparators.includes(comparator)) throw databaseRefusal(`'filter' invalid for '${text}', comparator ${comparator} not in ${comparators.join(', ')}`);
  const type = typeOf(workspace, object, path.split('.'));
  return nested([...path.split('.'), comparator], valueOf(comparator, value, type));
}

function valueOf(comparator: string, value: string, type: string | undefined): unknown {
  if (comparator !== 'in' && comparator !== 'containsAny') return scalarOf(value, comparator === 'is' ? undefined : type);
  if (!value.startsWith('[') || !value.endsWith(']')) {
    throw databaseRefusal(`'filter' invalid for '${comparator}' operator. Received '${value}' but array value expected eg: 'field[${comparator}]:[value_1,value_2]'`);
  }
  return value.slice(1, -1).split(',').map((item) => scalarOf(item.trim(), type));
}

function scalarOf(value: string, type: string | undefined): unknown {
  const text = /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;
  if (type === 'NUMBER' || type === 'NUMERIC' || type === 'POSITION') return Number(text);
  return type === 'BOOLEAN' ? text === 'true' : text;
}

function typeOf(workspace: Workspace, object: ObjectModel, path: readonly string[]): string | undefined {
  const [head = '', ...rest] = path;
  const column = object.columnByName.get(head);
  if (column !== undefined) return column.type;
  const target = workspace.object(object.fieldByName.get(head)?.relation?.target ?? '');
  return target === undefined ? undefined : typeOf(workspace, target, rest);
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight((inner, name) => ({ [name]: inner }), value);
}

function bracketsMissing(open: number): string {
  const count = Math.abs(open);
  return `${count} ${open > 0 ? 'close' : 'open'} bracket${count === 1 ? ' is' : 's are'}`;
}
