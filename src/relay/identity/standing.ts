// Standing: what a life's certificates are, said for people, and which of them the control plane could better.
import type { EnvelopeMesh, ZoneIssuing } from "#api/zone.ts";
import { type Clock, passedSince } from "#model/clock.ts";
import { LABEL } from "#model/tag.ts";
import { createAnchors } from "./anchors.ts";
import type { Seat } from "./seat.ts";
import type { Workload } from "./workload.ts";

export interface Standing {
  /** When the first of its certificates ends, milliseconds since the epoch; null without one. */
  readonly until: number | null;
  /** Who signed them; the zone where any is the zone's. */
  readonly by: "control plane" | "zone" | null;
  /** Why it has none in a mesh, or not all of its names; null when all is well. */
  readonly problem: string | null;
}

/** Why the zone has no issuer of a mesh. */
const NO_ISSUER: Readonly<Record<ZoneIssuing, string>> = {
  on: "the control plane has not given this relay an issuer of the mesh that is still valid",
  off: `the mesh does not let its zones issue certificates (label ${LABEL.zoneIssuer}: disabled)`,
  unable: "the mesh's CA has a path length of 0, so zones can issue none of its certificates",
};

/** Why it cannot be certified here. */
export function noIssuerReason(mesh: EnvelopeMesh | undefined): string {
  return NO_ISSUER[mesh?.mtls.zoneIssuer ?? "on"];
}

/** Names that the certificate lacks because the zone's issuer may not give them. */
function lackedBy({ uris }: Seat, workload: Workload): readonly string[] {
  return workload.byZone ? uris.filter((uri) => !workload.uris.includes(uri)) : [];
}

/** `held` gives a seat's certificate that is valid for its life. */
export function standingOf(
  seats: readonly Seat[],
  meshes: readonly EnvelopeMesh[],
  held: (seat: Seat) => Workload | undefined,
): Standing {
  const found = seats.flatMap((seat) => held(seat) ?? []);
  const problems = seats.flatMap((seat) => {
    const workload = held(seat);
    if (workload === undefined)
      return [`no certificate of mesh ${seat.mesh}: ${noIssuerReason(meshes.find(({ name }) => name === seat.mesh))}`];
    const lacked = lackedBy(seat, workload);
    if (lacked.length === 0) return [];
    return [
      `the certificate is without ${lacked.join(", ")}: no proxy of mesh ${seat.mesh} had such a tag when the control plane was last reached; it is asked for on return`,
    ];
  });
  return {
    until: found.length === 0 ? null : Math.min(...found.map(({ notAfter }) => notAfter)),
    by: found.length === 0 ? null : found.some(({ byZone }) => byZone) ? "zone" : "control plane",
    problem: problems.length === 0 ? null : problems.join("; "),
  };
}

/** What could be better is asked for again after so long; milliseconds. */
const AGAIN = 60_000;

/** What is to be bettered, by the seat's path. */
export type Poor = ReadonlyMap<string, Workload>;

/**
 * Finds seats whose certificate the control plane can better: one with all names, or one that peers trust.
 * Each at once, and then not again for a while, as it may get no better.
 */
export function createMending(
  clock: Clock,
): (
  seats: readonly Seat[],
  meshes: readonly EnvelopeMesh[],
  held: (seat: Seat) => Workload | undefined,
) => Promise<Poor> {
  const anchors = createAnchors();
  const mended = new Map<string, number>();
  return async (seats, meshes, held) => {
    for (const [path, at] of mended) if (passedSince(clock, at) >= AGAIN) mended.delete(path);
    const found = new Map<string, Workload>();
    for (const seat of seats) {
      const workload = held(seat);
      if (workload === undefined || mended.has(seat.path)) continue;
      const bundle = meshes.find(({ name }) => name === seat.mesh)?.bundle ?? [];
      if (lackedBy(seat, workload).length === 0 && (await anchors.hold(bundle, workload.issuers))) continue;
      found.set(seat.path, workload);
      mended.set(seat.path, clock());
    }
    return found;
  };
}
