// Signature algorithms of certificates: one row each, from WebCrypto's form to X.509's and back.
import { type Bytes, concat, owned } from "./bytes.ts";
import { DerError, DerReader, integer, oid, positive, sequence, TAG, tlv } from "./der.ts";

interface Row {
  /** DER of the AlgorithmIdentifier. */
  readonly identifier: Bytes;
  readonly sign: EcdsaParams | Algorithm;
  readonly import: EcKeyImportParams | RsaHashedImportParams;
  /** Bytes of one ECDSA coordinate; 0 for RSA. */
  readonly half: number;
  /** Bytes with which the SubjectPublicKeyInfo of such a key goes on after its outer header. */
  readonly keyIdentifier: Bytes;
}

const EC_KEY = oid("1.2.840.10045.2.1");

const ecdsa = (hash: string, curve: string, half: number, signature: string, curveOid: string): Row => ({
  identifier: sequence(oid(signature)),
  sign: { name: "ECDSA", hash },
  import: { name: "ECDSA", namedCurve: curve },
  half,
  keyIdentifier: sequence(EC_KEY, oid(curveOid)),
});

/** What an issuer may sign with; P-256 is what Weft makes, the others may be brought. */
export const SIGNATURES = {
  "ecdsa-sha256": ecdsa("SHA-256", "P-256", 32, "1.2.840.10045.4.3.2", "1.2.840.10045.3.1.7"),
  "ecdsa-sha384": ecdsa("SHA-384", "P-384", 48, "1.2.840.10045.4.3.3", "1.3.132.0.34"),
  "rsa-sha256": {
    identifier: sequence(oid("1.2.840.113549.1.1.11"), tlv(0x05)),
    sign: { name: "RSASSA-PKCS1-v1_5" },
    import: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    half: 0,
    keyIdentifier: sequence(oid("1.2.840.113549.1.1.1"), tlv(0x05)),
  },
} as const satisfies Readonly<Record<string, Row>>;

export type SignatureName = keyof typeof SIGNATURES;

/** Signs DER and appends what a certificate or request ends with: the whole as a SEQUENCE. */
export async function signDer(body: Bytes, name: SignatureName, key: CryptoKey): Promise<Bytes> {
  const row: Row = SIGNATURES[name];
  const raw = new Uint8Array(await crypto.subtle.sign(row.sign, key, body));
  return sequence(
    body,
    row.identifier,
    tlv(TAG.bitString, Uint8Array.of(0), row.half === 0 ? raw : toDer(raw, row.half)),
  );
}

/** Whether `signature` (as it stands in the BIT STRING) is the key's over these bytes. */
export async function verifyDer(body: Bytes, signature: Bytes, name: SignatureName, key: CryptoKey): Promise<boolean> {
  const row: Row = SIGNATURES[name];
  const raw = row.half === 0 ? signature : fromDer(signature, row.half);
  return crypto.subtle.verify(row.sign, key, owned(raw), body);
}

function toDer(raw: Bytes, half: number): Bytes {
  return sequence(integer(raw.subarray(0, half)), integer(raw.subarray(half)));
}

// WebCrypto speaks IEEE P1363, fixed halves; X.509 a SEQUENCE of two INTEGERs (RFC 3279 §2.2.3).
function fromDer(signature: Bytes, half: number): Bytes {
  const outer = new DerReader(signature);
  const pair = outer.enter(TAG.sequence);
  outer.end();
  const [r, s] = [positive(pair.read(TAG.integer)), positive(pair.read(TAG.integer))];
  pair.end();
  if (r.length > half || s.length > half) throw new DerError("holds a signature that is too long");
  return concat(new Uint8Array(half - r.length), r, new Uint8Array(half - s.length), s);
}
