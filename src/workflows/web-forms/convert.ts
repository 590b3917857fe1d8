import { normaliseLink } from '../../normalise/link.ts';
import type { FieldValue } from './contract.ts';

export type FieldKind = 'text' | 'number' | 'boolean' | 'list' | 'option' | 'options' | 'link' | 'date';

/** A form's text in the shape a field of Twenty takes; undefined when it does not fit. Twenty refuses numbers sent as text. */
export function convert(value: string | readonly string[], kind: FieldKind): FieldValue | undefined {
  const list = (typeof value === 'string' ? value.split(',') : value).map((one) => one.trim()).filter((one) => one !== '');
  const text = (typeof value === 'string' ? value : list.join(', ')).trim();
  switch (kind) {
    case 'text':
      return text;
    case 'number':
      return toNumber(text);
    case 'boolean':
      return YES.test(text) ? true : NO.test(text) ? false : undefined;
    case 'list':
      return list;
    case 'option':
      return toOption(text);
    case 'options':
      return list.map(toOption).filter((one) => one !== undefined);
    case 'link':
      return toLink(text);
    case 'date':
      return toDay(text);
  }
}

const YES = /^(?:true|yes|y|on|1|checked|ja|oui|si|sí|x)$/i;
const NO = /^(?:false|no|n|off|0|nein|non)$/i;

/** `1,200`, `1 200.50` and `1.200,50` as people write them. A single comma with three digits behind it is a thousand. */
function toNumber(text: string): number | undefined {
  const bare = text.replace(/[\s'’]/g, '');
  const grouped = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(bare) ? bare.replaceAll(',', '') : undefined;
  const european = /^[+-]?\d{1,3}(?:\.\d{3})+,\d+$|^[+-]?\d+,\d+$/.test(bare) ? bare.replaceAll('.', '').replace(',', '.') : undefined;
  const number = Number(grouped ?? european ?? bare);
  return bare === '' || !Number.isFinite(number) ? undefined : number;
}

/** Twenty's options are named in capitals: `Google Ads` is `GOOGLE_ADS`. */
function toOption(text: string): string | undefined {
  const option = text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return option === '' ? undefined : /^\d/.test(option) ? `_${option}` : option;
}

function toLink(text: string): FieldValue | undefined {
  const link = normaliseLink(text);
  return link === undefined ? undefined : { primaryLinkUrl: link };
}

function toDay(text: string): string | undefined {
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(text)?.[1];
  return day !== undefined && !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) ? day : undefined;
}
