import { z } from 'zod';
import type { WorkspaceNeeds } from '../../src/config/needs.ts';
import type { IntegrationInput, RecordInterest, UseCase } from '../../src/config/use-case.ts';

/** A card that needs a score on people and listens to their changes, and otherwise does nothing. */
export function listening(parts: { readonly needs?: Omit<WorkspaceNeeds, 'connection'>; readonly interests?: readonly Pick<RecordInterest, 'object' | 'actions'>[] } = {}): IntegrationInput {
  const { needs = { fields: [leadScore] }, interests = [{ object: 'person', actions: ['created', 'updated'] }] } = parts;
  const useCase: UseCase = {
    name: 'listening', workflowType: 'listening', settings: z.unknown(), urgency: 'bulk',
    connections: () => ['twenty'],
    records: () => interests.map((interest) => ({ ...interest, connection: 'twenty', watch: ['jobTitle'] })),
    needs: () => ({ connection: 'twenty', ...needs }),
    activities: () => Promise.resolve(() => ({})),
    samples: [],
  };
  return { useCase, settings: {} };
}

export const leadScore = { object: 'person', name: 'leadScore', type: 'NUMBER', label: 'Lead score' } as const;
