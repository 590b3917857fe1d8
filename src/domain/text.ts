/** A text as Postgres takes it: no NUL, no lone surrogates. */
export function normalised(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** A service's words fit for a log: without e-mail addresses, at most 300 characters. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"'`(]+@[^\s<>"'`)]+/g, '…').slice(0, 300);
}

/** On one line of at most 200 characters: a line break in a subject would be a header of the sender's choosing. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim().slice(0, 200).toWellFormed();
}

/** The text with `{name}` replaced by the value of that name; a name that is not known stays as it is written. */
export function fillIn(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => (Object.hasOwn(values, key) ? values[key]! : whole));
}
