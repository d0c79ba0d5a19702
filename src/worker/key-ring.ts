// The key-encryption keys of the workers.
import { openKeyRing } from "#trust/key-ring.ts";
import type { KeyRing } from "#trust/seal.ts";
import type { FloorEnvironment } from "./environment.ts";
import { readSecret } from "./secret-bytes.ts";

/** The key that seals, and those that still open. Error that names the secret whose text is no key. */
export function readKeyRing(env: Pick<FloorEnvironment, "KEY_ENCRYPTION_KEY" | "OLDER_KEYS">): Promise<KeyRing> {
  const older = (env.OLDER_KEYS ?? "").split(/[\s,]+/).filter((text) => text !== "");
  return openKeyRing(
    readSecret("KEY_ENCRYPTION_KEY", env.KEY_ENCRYPTION_KEY),
    older.map((text) => readSecret("OLDER_KEYS", text)),
  );
}
