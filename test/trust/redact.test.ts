// What has the form of a secret comes out of no text, however it got in; what has not stays readable.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { Sealed } from "#model/sealed.ts";
import { toBase32 } from "#trust/bytes.ts";
import { CREDENTIAL_KINDS, mintCredential } from "#trust/credential.ts";
import { digestText } from "#trust/digest.ts";
import { importNonceKey } from "#trust/nonce.ts";
import { signProof } from "#trust/proof.ts";
import { redact } from "#trust/redact.ts";
import { openAccountKeys, signSessionToken } from "#trust/session-token.ts";
import { mintWebhookSecret } from "#trust/webhook-signature.ts";

const chance = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
/** Each kind of secret, as its own maker makes it, and the part of it that nobody may read. */
const secrets = new Map<string, { readonly text: string; readonly part: string }>();
const put = (kind: string, text: string, part = text.slice(-16)): void => void secrets.set(kind, { text, part });

beforeAll(async () => {
  for (const kind of CREDENTIAL_KINDS) put(kind, (await mintCredential(kind, "acme", chance)).text.reveal());
  put("operator", `weft_operator_${toBase32(chance(32))}`);
  const { session } = await openAccountKeys(new Sealed<Uint8Array>(chance(32)));
  const token = toBase32(chance(32));
  put("session", await signSessionToken(session, token), token);
  put("invitation", toBase32(chance(32)));
  put("webhook", mintWebhookSecret(chance).reveal());
  await importNonceKey(new Sealed<Uint8Array>(chance(32)));
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  const claims = { jti: "j", htm: "GET", htu: "/", bh: "b", aud: "weft", nonce: "n" };
  put("proof", await signProof(claims, { tenant: "acme", zone: "east", relay: "r" }, pair.privateKey));
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const pem = rsa.export({ format: "pem", type: "pkcs8" }).toString();
  put("key", pem, pem.split("\n")[7]);
  put("key in one line of JSON", JSON.stringify({ pem }), pem.split("\n")[7]);
  put("half a key", pem.slice(0, 900), pem.split("\n")[7]);
  const { d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  put("private JWK", JSON.stringify({ kty: "EC", d }), d);
  put("private JWK in JSON", JSON.stringify({ body: JSON.stringify({ kty: "EC", d }) }), d);
  put("password of HTTP", `authorization: Basic ${Buffer.from("a:hunter2hunter2").toString("base64")}`);
  put("link", "https://weft.example/console/reset?token=Zm9vYmFyYmF6cXV4Zm9v&x=1", "Zm9vYmFyYmF6cXV4Zm9v");
  expect(secrets.size).toBe(14);
});

describe.each([
  ["alone", (text: string) => text],
  ["in a path", (text: string) => `/v1/invitations/${text}`],
  ["in a sentence", (text: string) => `the token ${text}, which came late`],
  ["in JSON", (text: string) => JSON.stringify({ level: 50, cause: { message: `bad ${text}` } })],
  ["as a line of its own, in JSON", (text: string) => JSON.stringify({ stack: `Error: bad\n${text}\n\tat x` })],
  ["in JSON within JSON", (text: string) => JSON.stringify({ m: JSON.stringify({ headers: [text] }) })],
])("%s", (_, within) => {
  test("no secret of any kind is left", () => {
    const left = [...secrets].filter(([, { text, part }]) => redact(within(text)).includes(part));
    expect(left.map(([kind]) => kind)).toEqual([]);
  });
});

test("what is no secret stays: names, ids, hashes, paths, public keys", async () => {
  const hash = await digestText("x");
  for (const text of [
    `/o/acme/meshes/default/meshtimeouts/t?size=5 4f7bdc ${hash}`,
    '{"level":30,"requestId":"3ofvrql4fplu6ac3","method":"GET","path":"/v1/zone/snapshot","status":200}',
    "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----",
    '{"kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}',
    "weft_relay_snapshots_refused",
  ])
    expect(redact(text)).toBe(text);
});

// Read in more than linear time, each would outlast the suite's patience.
test.each([
  ["keys that never end", "-----BEGIN PRIVATE KEY-----", "[sealed key]"],
  ["tokens that never begin", "eyJ", null],
  ["credentials that are too short", "weft_api_ ", null],
  ["tokens in one word", "eyJ-", null],
  ["tokens that end at once", "eyJaaaaaaaa.", "[sealed token]"],
  ["members that never end", '\\"d\\"', null],
  ["quotes that are never there", "\\", null],
])("a long text of %s is read in linear time", (_, piece, sealed) => {
  const text = piece.repeat(200_000);
  const told = redact(text);
  expect(sealed === null ? told === text : told.startsWith(sealed) && !told.includes(piece)).toBe(true);
});
