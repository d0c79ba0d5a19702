// RSA keys of the unit suite: each mesh has one that signs its tokens, and making one takes a processor a sixth of a second. A process makes a few, and
// gives them out in turn.

/** More than the meshes and zones whose tokens any one test tells apart. */
const KEPT = 12;

const { subtle } = globalThis.crypto;

// The setup runs before each file, and what it has kept stays.
if (!Object.hasOwn(subtle, "generateKey")) {
  const kept: Promise<unknown>[] = [];
  let asked = 0;
  const make = subtle.generateKey.bind(subtle) as (...args: readonly unknown[]) => Promise<unknown>;
  const take = (...args: readonly unknown[]): Promise<unknown> => {
    const [algorithm, extractable] = args as [{ readonly name?: string; readonly modulusLength?: number }, boolean];
    if (algorithm.name !== "RSASSA-PKCS1-v1_5" || algorithm.modulusLength !== 2048 || !extractable)
      return make(...args);
    const at = asked++ % KEPT;
    kept[at] ??= make(...args);
    return kept[at];
  };
  Object.defineProperty(subtle, "generateKey", { value: take, configurable: true, writable: true });
}
