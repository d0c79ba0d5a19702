// The relay's own keys, made where they are used and never sent: one signs proofs, one opens what is sealed to it.
import { join } from "node:path";
import type { PublicJwk } from "#api/zone.ts";
import { Sealed } from "#model/sealed.ts";
import { fromBase64, toBase64 } from "#trust/bytes.ts";
import { createKey, importPrivateKey, type StoredKey } from "#trust/key.ts";
import { readText, writeWhole } from "./file.ts";

export interface RelayKeys {
  readonly signingKey: PublicJwk;
  readonly encryptionKey: PublicJwk;
  /** Signs proofs. */
  readonly sign: Awaited<ReturnType<typeof importPrivateKey>>;
  /** Opens what is sealed to this relay. */
  readonly agree: RelayKeys["sign"];
}

interface Saved {
  readonly sign: { readonly publicJwk: PublicJwk; readonly privateKey: string };
  readonly agree: { readonly publicJwk: PublicJwk; readonly privateKey: string };
}

/** Reads `keys.json` (mode 0600) or makes it. An Error when it is damaged: making new keys would lose the enrolment. */
export async function openRelayKeys(folder: string): Promise<RelayKeys> {
  const path = join(folder, "keys.json");
  const text = await readText(path);
  const saved = text === null ? await create(path) : parse(text, path);
  const secret = fromBase64(saved.sign.privateKey);
  const agree = fromBase64(saved.agree.privateKey);
  if (secret === null || agree === null) throw damaged(path);
  return {
    signingKey: saved.sign.publicJwk,
    encryptionKey: saved.agree.publicJwk,
    sign: await importPrivateKey("sign", new Sealed<Uint8Array>(secret)),
    agree: await importPrivateKey("agree", new Sealed<Uint8Array>(agree)),
  };
}

async function create(path: string): Promise<Saved> {
  const saved = { sign: portable(await createKey("sign")), agree: portable(await createKey("agree")) };
  await writeWhole(path, JSON.stringify(saved));
  return saved;
}

function portable({ publicJwk, privateKey }: StoredKey): Saved["sign"] {
  return { publicJwk, privateKey: toBase64(privateKey.reveal()) };
}

function parse(text: string, path: string): Saved {
  try {
    const saved = JSON.parse(text) as Saved;
    if (
      typeof saved.sign.privateKey === "string" &&
      typeof saved.agree.publicJwk.x === "string" &&
      typeof saved.agree.privateKey === "string"
    )
      return saved;
  } catch {
    // Told below, without the text: it holds keys.
  }
  throw damaged(path);
}

function damaged(path: string): Error {
  return new Error(
    `The relay's keys in ${path} are damaged. Restore the file, or empty the state folder and enrol again with a new token`,
  );
}
