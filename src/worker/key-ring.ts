// The key-encryption keys of the workers, and the account keys.
import { openKeyRing } from "#trust/key-ring.ts";
import type { KeyRing } from "#trust/seal.ts";
import { type AccountKeyRing, openAccountKeyRing } from "#trust/session-token.ts";
import type { AccountsEnvironment, FloorEnvironment } from "./environment.ts";
import { readSecret } from "./secret-bytes.ts";

/** The key that seals, and those that still open. Error that names the secret whose text is no key. */
export function readKeyRing(env: Pick<FloorEnvironment, "KEY_ENCRYPTION_KEY" | "OLDER_KEYS">): Promise<KeyRing> {
  return openKeyRing(
    readSecret("KEY_ENCRYPTION_KEY", env.KEY_ENCRYPTION_KEY),
    listIn(env.OLDER_KEYS).map((text) => readSecret("OLDER_KEYS", text)),
  );
}

/** The account key, and those that still open. Error as above. */
export function readAccountKeys(
  env: Pick<AccountsEnvironment, "ACCOUNT_KEY" | "OLDER_ACCOUNT_KEYS">,
): Promise<AccountKeyRing> {
  return openAccountKeyRing(
    readSecret("ACCOUNT_KEY", env.ACCOUNT_KEY),
    listIn(env.OLDER_ACCOUNT_KEYS).map((text) => readSecret("OLDER_ACCOUNT_KEYS", text)),
  );
}

function listIn(text = ""): readonly string[] {
  return text.split(/[\s,]+/).filter((one) => one !== "");
}
