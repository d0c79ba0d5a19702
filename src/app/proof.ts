// Which relay calls: the proof of a call, verified against the one row that the poll path reads.
import { NONCE_HEADER, PROOF_HEADER } from "#api/zone.ts";
import { refuseEnded } from "#control/ending/refused-relay.ts";
import type { ProofUse, RelayCaller } from "#control/face/caller.ts";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { keepNewest } from "#model/keep-newest.ts";
import type { ZoneHead } from "#store/face/relay.ts";
import { toBase64Url } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import type { PublicJwk } from "#trust/key.ts";
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

/** What trust/jws.ts says of a signature that is not the key's. */
const UNSIGNED = "its signature does not verify";
/** Of one that nobody has, too: the same, so that nobody learns which relays there are. */
const UNPROVED = `the proof is refused: ${UNSIGNED}. Where it did before, the relay's organisation has been deleted`;

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
  if (head === null) throw refused(UNPROVED);
  const url = new URL(request.url);
  let length = 0;
  const outcome = await verifyProof(
    text,
    keyOf(head.signingKey),
    {
      htm: request.method,
      htu: url.pathname + url.search,
      bh: async () => {
        refuseEnded(head);
        const body = await readBody();
        length = body.length;
        return toBase64Url(await digestBytes(body));
      },
      aud: settings.controlPlane,
    },
    (nonce) => isFreshNonce(nonce, settings.nonceKey, settings.clock),
  );
  if (!outcome.ok) throw refused(outcome.reason.endsWith(UNSIGNED) ? UNPROVED : outcome.reason);
  // A body may take its time, and a revocation holds at once; polls have none, and read one row.
  if (length > 0) refuseEnded((await settings.findHead(relay)) ?? head);
  // A proof is good while its nonce is; twice the window also covers clocks that differ between machines of an edge.
  const proof = {
    id: `${relay.zone}/${relay.relay}/${outcome.claims.jti}`,
    expiresAt: settings.clock() + 2 * NONCE_WINDOW,
  };
  return { relay, proof, head };
}

/**
 * Keys by their text, the last ones that called: a key that is the same object again is not imported again, which costs a
 * seventh of a poll. Whose key it is, and whether that relay is revoked, is read anew at each call.
 */
const keys = new Map<string, PublicJwk>();
const MOST_KEYS = 2000;

function keyOf(text: string): PublicJwk {
  return keepNewest(keys, text, keys.get(text) ?? (JSON.parse(text) as PublicJwk), MOST_KEYS);
}

/** A fresh nonce on the answer; every answer of the zone protocol has one. */
export async function withNonce(response: Response, { nonceKey, clock }: ProofSettings): Promise<Response> {
  response.headers.set(NONCE_HEADER, await createNonce(nonceKey, clock));
  return response;
}

function refused(reason: string): Fault {
  return new Fault("unauthenticated", `The call is refused: ${reason}`);
}
