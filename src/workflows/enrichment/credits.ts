/** The name of the pause that a provider's credits have, beside the one of its connection. */
export function creditsOf(connection: string): string {
  return `${connection}, credits`;
}
