// What the accounts' library seals, under which account key it lies, and how it is sealed again: the key's id is its version.
import { parseEnvelope, symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import type { SealedPeople, SealedPeoplePlace } from "#store/face/sealed-people.ts";
import { SEALED_OF_PEOPLE } from "#store/face/sealed-people.ts";
import type { AccountKeyRing, AccountKeys } from "#trust/session-token.ts";

/** How a text was found, and left. */
export type AccountSealed = "current" | "resealed" | "older" | "missing" | "damaged";

export interface AccountSealFound {
  readonly kind: string;
  /** Id of its account key; "none" where none opens it and it names none. */
  readonly key: string;
  readonly state: AccountSealed;
  /** Id of its row. */
  readonly id: string;
}

export interface AccountSealPage {
  readonly found: readonly AccountSealFound[];
  readonly next: SealedPeoplePlace | null;
}

const versionOf = ({ id }: AccountKeys): number => Number.parseInt(id, 16);

/**
 * The secrets as the library takes them: the first seals. `secret` is for texts that name no key, as releases before this
 * wrote them: the oldest key is theirs.
 */
export function librarySecrets({ current, older }: AccountKeyRing): {
  readonly secret: string;
  readonly secrets: { readonly version: number; readonly value: string }[];
} {
  const secrets = [current, ...older].map((keys) => ({ version: versionOf(keys), value: keys.library }));
  return { secret: (older.at(-1) ?? current).library, secrets };
}

/** A page of them looked at, and sealed again unless that is only counted. */
export async function resealPage(
  { current, older }: AccountKeyRing,
  people: SealedPeople,
  from: SealedPeoplePlace,
  check: boolean,
): Promise<AccountSealPage> {
  const all = [current, ...older];
  const sealing = { currentVersion: versionOf(current), keys: new Map([[versionOf(current), current.library]]) };
  /** Of what names no key: the one that opens it. */
  const trying = async (data: string): Promise<readonly [AccountKeys, string] | null> => {
    for (const keys of all) {
      const plain = await symmetricDecrypt({ key: keys.library, data }).catch(() => null);
      if (plain !== null) return [keys, plain];
    }
    return null;
  };
  const { texts, next } = await people.page(from);
  const found: AccountSealFound[] = [];
  for (const one of texts) {
    const { id, text } = one;
    const told = (key: string, state: AccountSealed): void =>
      void found.push({ kind: SEALED_OF_PEOPLE[one.table].kind, key, state, id });
    const envelope = parseEnvelope(text);
    // A token that was never sealed is none.
    if (envelope === null && !/^([0-9a-f]{2})+$/i.test(text)) continue;
    const named = envelope && all.find((keys) => versionOf(keys) === envelope.version);
    if (envelope !== null && !named) {
      told(envelope.version.toString(16).padStart(8, "0"), "missing");
      continue;
    }
    if (envelope !== null && named === current) {
      told(current.id, "current");
      continue;
    }
    const opened = await trying(envelope?.ciphertext ?? text);
    if (opened === null) told(named?.id ?? "none", "damaged");
    else if (check) told(opened[0].id, opened[0] === current ? "current" : "older");
    else {
      const again = await symmetricEncrypt({ key: sealing, data: opened[1] });
      told(opened[0].id, (await people.replace(one, again)) ? "resealed" : "older");
    }
  }
  return { found, next };
}
