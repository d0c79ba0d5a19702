// A leaf that a stolen zone key could sign: a server's DNS name below the zone's intermediate.
import { context, integer, sequence, time, tlv } from "#trust/der.ts";
import { alternativeHosts, authorityKeyId, NOT_CA } from "#trust/extension.ts";
import type { Issuer } from "#trust/issuer.ts";
import { SIGNATURES, signDer } from "#trust/signature.ts";
import { createPair, exportPair } from "./sample.ts";

/** DER of the forged certificate, valid for an hour. */
export async function forgeLeaf(issuer: Issuer, host: string, now: number): Promise<Uint8Array> {
  const { spki } = await exportPair(await createPair());
  const body = sequence(
    tlv(context(0), integer(Uint8Array.of(2))),
    integer(Uint8Array.of(7)),
    SIGNATURES[issuer.signature].identifier,
    issuer.name,
    sequence(time(now), time(now + 3600_000)),
    sequence(),
    spki,
    tlv(context(3), sequence(NOT_CA, authorityKeyId(issuer.keyId), alternativeHosts([host], []))),
  );
  return signDer(body, issuer.signature, issuer.key);
}
