// The door for other relays: whose call it is, proved by a key that the control plane's envelope names.
import { type EnrolResponse, type Envelope, PROOF_HEADER } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { Sealed } from "#model/sealed.ts";
import { toBase64Url } from "#trust/bytes.ts";
import { digestBytes } from "#trust/digest.ts";
import { createNonce, importNonceKey, isFreshNonce, NONCE_WINDOW } from "#trust/nonce.ts";
import { readProofSigner, verifyProof } from "#trust/proof.ts";
import { createUsedProofs } from "#trust/used-proofs.ts";

export interface DoorOptions {
  readonly enrolment: EnrolResponse;
  readonly envelope: () => Envelope | null;
  readonly clock: Clock;
  readonly chance: (length: number) => Uint8Array;
}

export interface Door {
  /** The relay that calls. Fault `unauthenticated` for a bad proof, `forbidden` for one that is not (any more) of the zone. */
  enter(request: Request, readBody: () => Promise<Uint8Array>): Promise<string>;
  /** For the next proof; stands on every answer. */
  nonce(): Promise<string>;
}

/** More calls than this within a nonce's time are no relay's. */
const MOST_CALLS = 100_000;

/** Its nonces are its own: they need neither the control plane nor a clock that the other's agrees with. */
export async function openDoor({ enrolment, envelope, clock, chance }: DoorOptions): Promise<Door> {
  const key = await importNonceKey(new Sealed<Uint8Array>(chance(32)));
  const used = createUsedProofs(clock);

  function useOnce(proof: string): void {
    if (used.has(proof)) throw refused("the proof was used before");
    if (used.size >= MOST_CALLS) throw new Fault("too-many", "There are too many calls", { retryAfter: 60 });
    used.add(proof, clock() + 2 * NONCE_WINDOW);
  }

  return {
    nonce: () => createNonce(key, clock),
    async enter(request, readBody) {
      const proof = request.headers.get(PROOF_HEADER) ?? "";
      const signer = readProofSigner(proof);
      if (signer === null) throw refused("it carries no proof of a relay");
      if (signer.tenant !== enrolment.tenant || signer.zone !== enrolment.zone)
        throw refused("its relay is of another zone");
      const peer = envelope()?.relays.find(({ id }) => id === signer.relay);
      if (peer === undefined || peer.id === enrolment.relay)
        throw new Fault(
          "forbidden",
          "The calling relay is not one of this zone: it was revoked, or is newer than this relay's last snapshot",
        );
      const url = new URL(request.url);
      const call = {
        htm: request.method,
        htu: url.pathname + url.search,
        aud: enrolment.relay,
        bh: async () => toBase64Url(await digestBytes(await readBody())),
      };
      const outcome = await verifyProof(proof, peer.signingKey, call, (nonce) => isFreshNonce(nonce, key, clock));
      if (!outcome.ok) throw refused(outcome.reason);
      useOnce(`${peer.id}/${outcome.claims.jti}`);
      return peer.id;
    },
  };
}

function refused(reason: string): Fault {
  return new Fault("unauthenticated", `The call is refused: ${reason}`);
}
