import { registerHooks } from 'node:module';
import { plantedBugs, type PlantedBug } from './planted-bugs.ts';

/** Loaded before a part: puts the mistake that `FAULT_PLANT` names into its source on the way in. The files stay as they are. */
const name = process.env['FAULT_PLANT'];
const bug: PlantedBug | undefined = name === undefined ? undefined : plantedBugs[name as keyof typeof plantedBugs];
if (bug === undefined) throw new Error(`There is no planted bug ${String(name)}.`);
const places = [bug, ...(bug.also ?? [])];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const place = places.find(({ file }) => url.endsWith(`/src/${file}`));
    if (place === undefined) return loaded;
    let source = String(loaded.source instanceof Uint8Array ? Buffer.from(loaded.source).toString('utf8') : loaded.source);
    for (const [right, wrong] of place.change) {
      // A mistake that no longer fits proves nothing.
      if (!source.includes(right)) throw new Error(`The planted bug ${String(name)} does not find its place in ${place.file}.`);
      source = source.replace(right, wrong);
    }
    return { ...loaded, source };
  },
});
