// leaf-issue: a request checked and a SAN leaf signed, as a ratio to bare WebCrypto import + verify + sign in the same run.
import { webcrypto } from "node:crypto";
import { createRoot } from "#trust/authority.ts";
import { makeCsr, parseCsr } from "#trust/csr.ts";
import { loadIssuer } from "#trust/issuer.ts";
import { createSerial, signLeaf } from "#trust/leaf.ts";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", hash: "SHA-256" };
const ROUNDS = 5;
const SECONDS = 1;
const BATCH = 50;

/** One record: leaves a second, bare WebCrypto's, with a key new each time and with one known, and the ratios (median of rounds, taken in turns). */
export async function run(): Promise<Record<string, unknown>[]> {
  const chance = (length: number): Uint8Array => webcrypto.getRandomValues(new Uint8Array(length));
  const clock = Date.now;
  const root = await createRoot({ mesh: "default", backend: "ca-1", clock, chance });
  const issuer = await loadIssuer([root.certificatePem], root.privateKey);
  const uris = ["spiffe://default/web", "kuma://kuma.io/service/web", "kuma://kuma.io/zone/east", "kuma://version/v1"];
  const pair = (await crypto.subtle.generateKey(P256, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
  const csr = await makeCsr(pair, uris);
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  const body = new Uint8Array(400);
  const signature = await crypto.subtle.sign(ECDSA, pair.privateKey, body);

  const issue = async (): Promise<void> => {
    const read = await parseCsr(csr);
    if (!read.ok) throw new Error(read.reason);
    const now = clock();
    const { publicKey } = read;
    await signLeaf({
      issuer,
      publicKey,
      uris,
      notBefore: now,
      notAfter: now + 86_400_000,
      serial: createSerial(chance(16)),
    });
  };
  const sign = (): Promise<ArrayBuffer> => crypto.subtle.sign(ECDSA, issuer.key, body);
  const verify = async (key: webcrypto.CryptoKey): Promise<void> => {
    if (!(await crypto.subtle.verify(ECDSA, key, signature, body))) throw new Error("does not verify");
  };
  // A request brings a key that nobody has seen: WebCrypto has to import it before it can verify.
  const bare = async (): Promise<void> => {
    await verify(await crypto.subtle.importKey("raw", point, P256, false, ["verify"]));
    await sign();
  };
  const bareKnownKey = async (): Promise<void> => {
    await verify(pair.publicKey);
    await sign();
  };
  const rounds: (readonly [issue: number, bare: number, known: number])[] = [];
  await rate(issue, 0.2);
  for (let round = 0; round < ROUNDS; round++)
    rounds.push([await rate(issue, SECONDS), await rate(bare, SECONDS), await rate(bareKnownKey, SECONDS)]);
  rounds.sort(([a, bareA], [b, bareB]) => a / bareA - b / bareB);
  const [perSecond, reference, known] = rounds[Math.floor(ROUNDS / 2)] as readonly [number, number, number];
  return [
    {
      measure: "leaf-issue",
      per_s: Math.round(perSecond),
      reference: Math.round(reference),
      ratio: rounded(perSecond / reference),
      reference_known_key: Math.round(known),
      ratio_known_key: rounded(perSecond / known),
      batch: BATCH,
    },
  ];
}

function rounded(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}

// In batches, as joins arrive: both sides keep the crypto threads busy alike.
async function rate(work: () => Promise<void>, seconds: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < seconds * 1000) {
    await Promise.all(Array.from({ length: BATCH }, work));
    count += BATCH;
  }
  return (count / (performance.now() - start)) * 1000;
}
