// Which relay calls: the proof of a call, verified against the one row that the poll path reads.
import { NONCE_HEADER, PROOF_HEADER } from "#api/zone.ts";
import type { ProofUse, RelayCaller } from "#control/control.ts";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import type { ZoneHead } from "#store/store.ts";
import { toBase64Url } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import { createNonce, isFreshNonce, NONCE_WINDOW } from "#trust/nonce.ts";
import { readProofSigner, verifyProof } from "#trust/proof.ts";

export interface ProofSettings {
  readonly controlPlane: string;
  readonly nonceKey: CryptoKey;
  readonly clock: Clock;
  /** One indexed row: the relay's head. */
  readonly findHead: (relay: RelayCaller) => Promise<ZoneHead | null>;
}

export interface Proved {
  readonly relay: RelayCaller;
  readonly proof: ProofUse;
  readonly head: ZoneHead;
}

/**
 * The relay behind the call. Fault `unauthenticated` for a bad proof, `forbidden` for a revoked relay. `readBody` is called
 * once all but the body is proved: a stranger's is never waited for.
 */
export async function authenticateRelay(
  request: Request,
  readBody: () => Promise<Uint8Array>,
  settings: ProofSettings,
): Promise<Proved> {
  const text = request.headers.get(PROOF_HEADER) ?? "";
  const relay = readProofSigner(text);
  if (relay === null) throw refused("the call carries no proof of the relay");
  const head = await settings.findHead(relay);
  // Unknown and wrongly signed read alike: nobody learns which relays there are.
  if (head === null) throw refused("the proof is refused: its signature does not verify");
  const url = new URL(request.url);
  let length = 0;
  const outcome = await verifyProof(
    text,
    JSON.parse(head.signingKey),
    {
      htm: request.method,
      htu: url.pathname + url.search,
      bh: async () => {
        refuseRevoked(head);
        const body = await readBody();
        length = body.length;
        return toBase64Url(await digestBytes(body));
      },
      aud: settings.controlPlane,
    },
    (nonce) => isFreshNonce(nonce, settings.nonceKey, settings.clock),
  );
  if (!outcome.ok) throw refused(outcome.reason);
  // A body may take its time, and a revocation holds at once; polls have none, and read one row.
  if (length > 0) refuseRevoked((await settings.findHead(relay)) ?? head);
  // A proof is good while its nonce is; twice the window also covers clocks that differ between machines of an edge.
  const proof = {
    id: `${relay.zone}/${relay.relay}/${outcome.claims.jti}`,
    expiresAt: settings.clock() + 2 * NONCE_WINDOW,
  };
  return { relay, proof, head };
}

function refuseRevoked({ zone, relay, revoked }: ZoneHead): void {
  if (revoked) throw new Fault("forbidden", `The relay ${relay} of zone ${zone} has been revoked`);
}

/** A fresh nonce on the answer; every answer of the zone protocol has one. */
export async function withNonce(response: Response, { nonceKey, clock }: ProofSettings): Promise<Response> {
  response.headers.set(NONCE_HEADER, await createNonce(nonceKey, clock));
  return response;
}

function refused(reason: string): Fault {
  return new Fault("unauthenticated", `The call is refused: ${reason}`);
}
