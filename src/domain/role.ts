/** What a tool is used for by an integration. One tool may have several roles, as Apollo does. */
export type Role = 'warehouse' | 'recorder' | 'enricher' | 'newsletter' | 'sequencer' | 'scorer' | 'invoicing' | 'feed' | 'counterpart';
