// leaf-issue: a request checked and a SAN leaf signed, as a ratio to bare WebCrypto verify + sign in the same run.
import { webcrypto } from "node:crypto";
import { createRoot } from "#trust/authority.ts";
import { makeCsr, parseCsr } from "#trust/csr.ts";
import { loadIssuer } from "#trust/issuer.ts";
import { createSerial, signLeaf } from "#trust/leaf.ts";

const ECDSA = { name: "ECDSA", hash: "SHA-256" };
const ROUNDS = 5;
const SECONDS = 1;

/** One record: leaves a second, the same of bare verify + sign, and their ratio (median of rounds, taken in turns). */
export async function run(): Promise<Record<string, unknown>[]> {
  const chance = (length: number): Uint8Array => webcrypto.getRandomValues(new Uint8Array(length));
  const clock = Date.now;
  const root = await createRoot({ mesh: "default", backend: "ca-1", clock, chance });
  const issuer = await loadIssuer([root.certificatePem], root.privateKey);
  const uris = ["spiffe://default/web", "kuma://kuma.io/service/web", "kuma://kuma.io/zone/east", "kuma://version/v1"];
  const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const csr = await makeCsr(pair, uris);
  const spki = await crypto.subtle.exportKey("spki", pair.publicKey);
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
  // A key that arrives in a request has to be imported whoever does it: the bare path does so too.
  const bare = async (): Promise<void> => {
    const key = await crypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    if (!(await crypto.subtle.verify(ECDSA, key, signature, body))) throw new Error("does not verify");
    await crypto.subtle.sign(ECDSA, issuer.key, body);
  };
  const rounds: { per_s: number; reference: number }[] = [];
  await rate(issue, 0.2);
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({ per_s: await rate(issue, SECONDS), reference: await rate(bare, SECONDS) });
  rounds.sort((a, b) => a.per_s / a.reference - b.per_s / b.reference);
  const { per_s, reference } = rounds[Math.floor(ROUNDS / 2)] as { per_s: number; reference: number };
  const ratio = Math.round((per_s / reference) * 1000) / 1000;
  return [{ measure: "leaf-issue", per_s: Math.round(per_s), reference: Math.round(reference), ratio }];
}

async function rate(work: () => Promise<void>, seconds: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < seconds * 1000) {
    for (let index = 0; index < 20; index++) await work();
    count += 20;
  }
  return (count / (performance.now() - start)) * 1000;
}
