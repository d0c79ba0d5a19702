// Certificate requests (PKCS #10, RFC 2986): made by relays, checked by whoever signs. Only what Weft itself writes is accepted.
import { type Bytes, owned, sameBytes } from "./bytes.ts";
import { bitString, context, DerError, DerReader, integer, oid, sequence, TAG, tlv, wholeBits } from "./der.ts";
import { alternativeUris, EXTENSION, readExtensions, readUris } from "./extension.ts";
import { SIGNATURES, signDer, verifyDer } from "./signature.ts";

export type CsrOutcome =
  | {
      readonly ok: true;
      /** SubjectPublicKeyInfo, DER (P-256, uncompressed). */
      readonly publicKey: Bytes;
      /** The SANs that were asked for; who signs decides. */
      readonly uris: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

const MAX_BYTES = 16_384;
const EXTENSION_REQUEST = oid("1.2.840.113549.1.9.14");
const { identifier: ALGORITHM, import: P256, keyIdentifier } = SIGNATURES["ecdsa-sha256"];
/** All of a P-256 SubjectPublicKeyInfo but the point: 0x04 says uncompressed. */
const KEY_PREFIX = sequence(keyIdentifier, bitString(Uint8Array.of(4, ...new Uint8Array(64)))).slice(0, -64);

/** Reads a request and verifies its proof of possession. Refuses whatever is not expected; never throws. */
export async function parseCsr(der: Uint8Array): Promise<CsrOutcome> {
  if (der.length > MAX_BYTES) return refused("is longer than 16 KiB");
  try {
    const { info, signature, publicKey, uris } = read(owned(der));
    const key = await importPoint(publicKey);
    if (key === null) return refused("holds a point that is not on P-256");
    if (!(await verifyDer(info, signature, "ecdsa-sha256", key)))
      return refused("is not signed by the key that it names");
    return { ok: true, publicKey, uris };
  } catch (error) {
    if (error instanceof DerError) return refused(error.message);
    throw error;
  }
}

/** A request for a P-256 key with these URIs as SANs; the subject stays empty. */
export async function makeCsr(pair: CryptoKeyPair, uris: readonly string[]): Promise<Bytes> {
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const extensions = uris.length === 0 ? [] : [request(alternativeUris(uris, true))];
  const info = sequence(integer(Uint8Array.of(0)), sequence(), publicKey, tlv(context(0), ...extensions));
  return signDer(info, "ecdsa-sha256", pair.privateKey);
}

const request = (extension: Bytes): Bytes => sequence(EXTENSION_REQUEST, tlv(TAG.set, sequence(extension)));

interface Parts {
  readonly info: Bytes;
  readonly signature: Bytes;
  readonly publicKey: Bytes;
  readonly uris: readonly string[];
}

function read(der: Bytes): Parts {
  const whole = new DerReader(der);
  const outer = whole.enter(TAG.sequence);
  whole.end();
  const info = outer.readWhole(TAG.sequence);
  if (!sameBytes(outer.readWhole(TAG.sequence), ALGORITHM)) throw new DerError("is not signed with ECDSA and SHA-256");
  const signature = wholeBits(outer.read(TAG.bitString));
  outer.end();
  return { info, signature, ...readInfo(new DerReader(info).enter(TAG.sequence)) };
}

function readInfo(info: DerReader): Pick<Parts, "publicKey" | "uris"> {
  if (!sameBytes(info.read(TAG.integer), Uint8Array.of(0))) throw new DerError("is not of version 1");
  info.read(TAG.sequence);
  const publicKey = info.readWhole(TAG.sequence);
  if (publicKey.length !== KEY_PREFIX.length + 64 || !sameBytes(publicKey.subarray(0, KEY_PREFIX.length), KEY_PREFIX))
    throw new DerError("does not hold an uncompressed P-256 key");
  const attributes = info.enter(context(0));
  info.end();
  const uris = attributes.done ? [] : readRequest(attributes);
  attributes.end();
  return { publicKey, uris };
}

function readRequest(attributes: DerReader): readonly string[] {
  const attribute = attributes.enter(TAG.sequence);
  if (!sameBytes(attribute.readWhole(TAG.oid), EXTENSION_REQUEST))
    throw new DerError("holds an attribute other than an extension request");
  const values = attribute.enter(TAG.set);
  attribute.end();
  const extensions = readExtensions(values.enter(TAG.sequence));
  values.end();
  const [names] = extensions;
  if (extensions.length !== 1 || names === undefined || !sameBytes(names.id, EXTENSION.alternativeName))
    throw new DerError("asks for extensions other than subject alternative names");
  return readUris(names.value, true);
}

async function importPoint(publicKey: Bytes): Promise<CryptoKey | null> {
  try {
    // As a raw point it loads three times as fast as by its SubjectPublicKeyInfo, and is checked to be on the curve alike.
    return await crypto.subtle.importKey("raw", publicKey.subarray(KEY_PREFIX.length - 1), P256, false, ["verify"]);
  } catch {
    return null;
  }
}

function refused(reason: string): CsrOutcome {
  return { ok: false, reason: `The certificate request ${reason}` };
}
