// An authenticator of its own: keys, CBOR and signatures by node:crypto, so that what verifies them is judged by something else.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** COSE's names: ES256, EdDSA, RS256. */
export type MadeAlgorithm = "ES256" | "EdDSA" | "RS256";

/** What a ceremony is about, and what may be said wrong of it. */
export interface Ceremony {
  readonly challenge: string;
  readonly origin: string;
  readonly rpId: string;
  /** Members of the client data in place of the right ones; undefined takes one away. */
  readonly client?: Readonly<Record<string, unknown>>;
  /** Bits of the flags, in place of present and verified. */
  readonly flags?: number;
  readonly signCount?: number;
  /** CBOR of extensions at the end. */
  readonly extensions?: Buffer;
  readonly userHandle?: string | null;
}

export const UP = 0x01;
export const UV = 0x04;
export const BE = 0x08;
export const BS = 0x10;
export const AT = 0x40;
export const ED = 0x80;

export interface MadePasskey {
  /** Base64url. */
  readonly id: string;
  readonly algorithm: MadeAlgorithm;
  /** The answer to a registration, as the browser's `toJSON` has it. */
  create(ceremony: Ceremony): MadeAnswer;
  /** The answer to a sign-in. */
  get(ceremony: Ceremony): MadeAnswer;
  /** The key as COSE. */
  readonly cose: Buffer;
}

export interface MadeAnswer {
  readonly id: string;
  readonly clientDataJson: string;
  readonly authenticatorData: string;
  /** Empty in a registration. */
  readonly signature: string;
  readonly userHandle: string | null;
}

const PAIRS: Readonly<Record<MadeAlgorithm, () => { publicKey: KeyObject; privateKey: KeyObject }>> = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
};

/** A passkey on an authenticator that nobody else knows. */
export function makePasskey(algorithm: MadeAlgorithm, idLength = 32): MadePasskey {
  const { publicKey, privateKey } = PAIRS[algorithm]();
  const id = randomBytes(idLength);
  const cose = coseOf(algorithm, publicKey.export({ format: "jwk" }) as Record<string, string>);
  const speak = (type: string, ceremony: Ceremony, attested: Buffer): Spoken => {
    const { challenge, origin, rpId, client = {}, signCount = 0, extensions } = ceremony;
    const flags = ceremony.flags ?? UP | UV;
    const all = flags | (attested.length > 0 ? AT : 0) | (extensions === undefined ? 0 : ED);
    const said = { type, challenge, origin, crossOrigin: false, ...client };
    const head = Buffer.alloc(5);
    head.writeUInt8(all);
    head.writeUInt32BE(signCount, 1);
    const data = Buffer.concat([digest(rpId), head, attested, extensions ?? Buffer.alloc(0)]);
    return { data, json: Buffer.from(JSON.stringify(said)) };
  };
  const answer = ({ data, json }: Spoken, signature: Buffer, userHandle: string | null): MadeAnswer => ({
    id: id.toString("base64url"),
    clientDataJson: json.toString("base64url"),
    authenticatorData: data.toString("base64url"),
    signature: signature.toString("base64url"),
    userHandle,
  });
  return {
    id: id.toString("base64url"),
    algorithm,
    cose,
    create(ceremony) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16, 7), length, id, cose]);
      return answer(speak("webauthn.create", ceremony, attested), Buffer.alloc(0), null);
    },
    get(ceremony) {
      const spoken = speak("webauthn.get", ceremony, Buffer.alloc(0));
      const body = Buffer.concat([spoken.data, digest(spoken.json)]);
      const signature = sign(algorithm === "EdDSA" ? null : "sha256", body, privateKey);
      return answer(spoken, signature, ceremony.userHandle ?? null);
    },
  };
}

interface Spoken {
  readonly data: Buffer;
  readonly json: Buffer;
}

function digest(of: string | Buffer): Buffer {
  return createHash("sha256").update(of).digest();
}

/** RFC 9053: key type, algorithm, curve and coordinates. */
function coseOf(algorithm: MadeAlgorithm, jwk: Readonly<Record<string, string>>): Buffer {
  const bytes = (name: string): Buffer => Buffer.from(jwk[name] ?? "", "base64url");
  if (algorithm === "ES256") {
    return cbor(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes("x")],
        [-3, bytes("y")],
      ]),
    );
  }
  if (algorithm === "EdDSA") {
    return cbor(
      new Map<number, unknown>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytes("x")],
      ]),
    );
  }
  return cbor(
    new Map<number, unknown>([
      [1, 3],
      [3, -257],
      [-1, bytes("n")],
      [-2, bytes("e")],
    ]),
  );
}

/** CBOR of numbers, texts, bytes, arrays, maps, true, false and null (RFC 8949). */
export function cbor(value: unknown): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map) {
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])]);
  }
  if (value === null) return Buffer.of(0xf6);
  return Buffer.of(value === true ? 0xf5 : 0xf4);
}

function head(major: number, count: number): Buffer {
  const top = major << 5;
  if (count < 24) return Buffer.of(top | count);
  if (count < 0x100) return Buffer.of(top | 24, count);
  if (count < 0x10000) return Buffer.of(top | 25, count >> 8, count & 0xff);
  const wide = Buffer.alloc(5);
  wide.writeUInt8(top | 26);
  wide.writeUInt32BE(count, 1);
  return wide;
}
