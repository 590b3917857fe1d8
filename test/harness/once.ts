export interface Once<T> {
  get(): Promise<T>;
  end(): Promise<void>;
}

/** Made at the first `get`, ended if it was ever made. */
export function once<T extends { stop(): Promise<void> }>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  return {
    get: () => (made ??= make()),
    end: async () => {
      const thing = await made?.catch(() => undefined); // its own caller has seen the error
      await thing?.stop();
    },
  };
}
