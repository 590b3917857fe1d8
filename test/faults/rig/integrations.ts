/** One integration for each kind of effect that a round holds up, so that all of them can be held at once, and one for storms. */
export const integrations = ['companies', 'people', 'tasks', 'links', 'update', 'updates', 'mail', 'storm'] as const;

export type IntegrationName = (typeof integrations)[number];
