// A leaf that a stolen zone key could sign: a server's DNS name below the zone's intermediate.
import { toHex } from "#trust/bytes.ts";
import type { Issuer } from "#trust/issuer.ts";
import { loadX509 } from "#trust/x509.ts";
import { createPair, exportPair } from "./sample.ts";

/** DER of the forged certificate, valid for an hour. */
export async function forgeLeaf(issuer: Issuer, host: string, now: number): Promise<Uint8Array> {
  const x509 = await loadX509();
  const forged = await x509.X509CertificateGenerator.create({
    serialNumber: "07",
    issuer: new x509.Name(issuer.name),
    notBefore: new Date(now),
    notAfter: new Date(now + 3600_000),
    publicKey: (await exportPair(await createPair())).spki as Uint8Array<ArrayBuffer>,
    signingKey: issuer.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.AuthorityKeyIdentifierExtension(toHex(issuer.keyId)),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }], true),
    ],
  });
  return new Uint8Array(forged.rawData);
}
