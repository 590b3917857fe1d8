/** What was started, ended in reverse order. */
export interface Stack {
  /** Kept until the end; `stop` is called once. */
  add(name: string, stop: () => Promise<void>): void;
  /** Ends everything, last first, also when something fails to end; a second call waits for the first. */
  end(): Promise<void>;
}

export function createStack(onFailure: (name: string, error: unknown) => void): Stack {
  const entries: { readonly name: string; readonly stop: () => Promise<void> }[] = [];
  let ending: Promise<void> | undefined;
  const endAll = async (): Promise<void> => {
    for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
      await entry.stop().catch((error: unknown) => onFailure(entry.name, error));
    }
  };
  return {
    add: (name, stop) => void entries.push({ name, stop }),
    end: () => (ending ??= endAll()),
  };
}
