import type { SandboxTwenty } from '../../src/sandbox/twenty/index.ts';

const jobTitle = 'fd0a101a-a719-4b22-aca7-1248d7004da2';

/** A saved view of the people whose job title is `reader`; answers its id. */
export function readersView(twenty: SandboxTwenty, name: string): string {
  const all = twenty.views.list().find((view) => view.name === 'All People');
  const { id } = twenty.views.create({ name, objectMetadataId: all?.objectMetadataId });
  twenty.views.createFilter({ viewId: id, fieldMetadataId: jobTitle, operand: 'CONTAINS', value: 'reader' });
  return id;
}
