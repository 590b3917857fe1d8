import type { TwentyClient } from '../index.ts';

/** Makes a custom object with a plural of its own, as an administrator does: a text, a unique text, an amount, choices, and a link to a company. */
export async function makeRockets(twenty: TwentyClient): Promise<void> {
  const { metadata } = twenty;
  await metadata.createObject({ nameSingular: 'rocket', namePlural: 'rocketry', labelSingular: 'Rocket', labelPlural: 'Rockets' });
  const objects = await metadata.objects();
  const idOf = (name: string): string => objects.find(({ nameSingular }) => nameSingular === name)!.id;
  const field = { objectMetadataId: idOf('rocket') };
  await metadata.createField({ ...field, type: 'TEXT', name: 'code', label: 'Code', isUnique: true });
  await metadata.createField({ ...field, type: 'CURRENCY', name: 'price', label: 'Price' });
  await metadata.createField({ ...field, type: 'SELECT', name: 'phase', label: 'Phase', options: [{ value: 'BUILT', label: 'Built', position: 0, color: 'blue' }, { value: 'FLOWN', label: 'Flown', position: 1, color: 'green' }] });
  // Called like a composite of companies, and plain here.
  await metadata.createField({ ...field, type: 'TEXT', name: 'address', label: 'Pad' });
  await metadata.createField({
    ...field, type: 'RELATION', name: 'company', label: 'Company',
    relationCreationPayload: { type: 'MANY_TO_ONE', targetObjectMetadataId: idOf('company'), targetFieldLabel: 'Rockets', targetFieldIcon: 'IconRocket' },
  });
}
