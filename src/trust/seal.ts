// Sealing at rest: AES-256-GCM under a key-encryption key, bound to tenant, purpose and name.
import type { Chance } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { Sealed } from "#model/sealed.ts";
import { concat, fromBase64Url, owned, textOf, toBase64Url, utf8 } from "./bytes.ts";

/** A key-encryption key with the id that stands in what it sealed. */
export interface SealingKey {
  /** `[A-Za-z0-9-]+`. */
  readonly id: string;
  readonly key: CryptoKey;
}

/** The key that seals, and those that still open. */
export interface KeyRing {
  readonly current: SealingKey;
  readonly older: readonly SealingKey[];
}

/** What a sealed text belongs to; opening it as anything else fails. */
export interface SealContext {
  readonly tenant: string;
  /** `authority`, `signing-key`, `secret`, … */
  readonly purpose: string;
  readonly name: string;
}

const FORMAT = "v1";
const IV_BYTES = 12;
const KEY_ID = /^[A-Za-z0-9-]+$/;

/** Reads a key-encryption key of 32 bytes. A TypeError otherwise. */
export async function importSealingKey(id: string, secret: Sealed<Uint8Array>): Promise<SealingKey> {
  const bytes = owned(secret.reveal());
  if (bytes.length !== 32) throw new TypeError("a key-encryption key has 32 bytes");
  if (!KEY_ID.test(id)) throw new TypeError("the id of a key-encryption key is of letters, digits and hyphens");
  return { id, key: await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]) };
}

/** `v1.<key id>.<iv and ciphertext, base64url>`. */
export async function seal(
  ring: KeyRing,
  context: SealContext,
  plain: Sealed<Uint8Array>,
  chance: Chance,
): Promise<string> {
  const iv = owned(chance(IV_BYTES));
  const options = { name: "AES-GCM", iv, additionalData: associated(ring.current.id, context) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(options, ring.current.key, owned(plain.reveal())));
  return `${FORMAT}.${ring.current.id}.${toBase64Url(concat(iv, sealed))}`;
}

/** Fault `internal` when the text is damaged, belongs elsewhere, or its key is not in the ring. */
export async function open(ring: KeyRing, context: SealContext, text: string): Promise<Sealed<Uint8Array>> {
  const [format, id, body = "", ...rest] = text.split(".");
  const bytes = fromBase64Url(body);
  if (format !== FORMAT || rest.length > 0 || bytes === null || bytes.length < IV_BYTES + 16)
    throw new Fault("internal", `The sealed ${context.purpose} is damaged`);
  const key = [ring.current, ...ring.older].find((one) => one.id === id);
  if (key === undefined) {
    const named = id !== undefined && KEY_ID.test(id) ? id : "without a name";
    throw new Fault(
      "internal",
      `The sealed ${context.purpose} needs the key-encryption key ${named}: it is not configured`,
    );
  }
  const options = { name: "AES-GCM", iv: bytes.subarray(0, IV_BYTES), additionalData: associated(key.id, context) };
  try {
    return new Sealed(new Uint8Array(await crypto.subtle.decrypt(options, key.key, bytes.subarray(IV_BYTES))));
  } catch (cause) {
    throw new Fault("internal", `The sealed ${context.purpose} does not open with its key`, { cause });
  }
}

/** The same content under the current key; null when it already is. */
export async function reseal(
  ring: KeyRing,
  context: SealContext,
  text: string,
  chance: Chance,
): Promise<string | null> {
  if (text.startsWith(`${FORMAT}.${ring.current.id}.`)) return null;
  return seal(ring, context, await open(ring, context, text), chance);
}

/** Id of the key under which a text is sealed; null for what is no sealed text. */
export function keyIdOf(text: string): string | null {
  const [format, id = "", body, ...rest] = text.split(".");
  return format === FORMAT && body !== undefined && rest.length === 0 && KEY_ID.test(id) ? id : null;
}

/** Seals a text as its UTF-8 bytes. */
export function sealText(ring: KeyRing, context: SealContext, plain: Sealed, chance: Chance): Promise<string> {
  return seal(ring, context, new Sealed<Uint8Array>(utf8(plain.reveal())), chance);
}

/** As `open`; Fault `internal` also when the content is no text. */
export async function openText(ring: KeyRing, context: SealContext, text: string): Promise<Sealed> {
  const plain = textOf((await open(ring, context, text)).reveal());
  if (plain === null) throw new Fault("internal", `The sealed ${context.purpose} is no text`);
  return new Sealed(plain);
}

// A JSON list, so that no two contexts join to the same bytes.
function associated(keyId: string, { tenant, purpose, name }: SealContext): Uint8Array<ArrayBuffer> {
  return utf8(JSON.stringify([FORMAT, keyId, tenant, purpose, name]));
}
