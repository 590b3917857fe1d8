import type { FieldNeed, WorkspaceNeeds } from '../../config/needs.ts';
import type { BidirectionalSyncSettings } from './settings.ts';

/** The fields that say how a record stands, for `sluice setup` to make. */
export function syncNeeds({ twenty, object, write }: BidirectionalSyncSettings): WorkspaceNeeds {
  const need = (shape: Omit<FieldNeed, 'object'>): FieldNeed => ({ object, ...shape });
  return {
    connection: twenty,
    fields: [
      need({
        name: write.status, type: 'SELECT', label: 'Sync status', description: 'How this record stands to the other system', icon: 'IconRefresh',
        options: [{ value: 'IN_STEP', label: 'In step', color: 'green' }, { value: 'CONFLICT', label: 'Conflict', color: 'red' }],
      }),
      need({ name: write.syncedAt, type: 'DATE_TIME', label: 'Last synced at', description: 'When Sluice last wrote to either side', icon: 'IconClock' }),
      need({ name: write.externalId, type: 'TEXT', label: 'External id', description: 'The id of this record in the other system', icon: 'IconLink' }),
    ],
  };
}
