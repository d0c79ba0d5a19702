// Lint rule about access tests: one that names nobody tests nothing.
import { offeredInbounds } from "#match/access/named.ts";
import { type Party, partyOf } from "#match/access/party.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Place } from "./finding.ts";
import type { Surveyed } from "./survey.ts";

/** Clients, callees and ports of access tests that are nobody's. */
export function* testOfNobody({ index, tests }: Surveyed): Iterable<Place> {
  for (const test of tests) {
    const { from, to, port } = test.spec;
    const parties = { from: partyOf(index, from), to: partyOf(index, to) };
    for (const field of ["from", "to"] as const) {
      const party = parties[field];
      const why =
        "reason" in party
          ? party.reason
          : party.stranger === undefined
            ? null
            : `no dataplane of the mesh has a certificate with ${party.stranger}`;
      if (why === null) continue;
      yield {
        kri: kriOf(test),
        field: `spec.${field}`,
        what: `nobody is called ${test.spec[field]}`,
        why: `${why}; until somebody is, the test tells nothing`,
        fix: "correct the name, or delete the test",
      };
    }
    if (port !== undefined && !("reason" in parties.to) && !hasPort(parties.to, port))
      yield {
        kri: kriOf(test),
        field: "spec.port",
        what: `${to} has no port ${port}`,
        why: "no inbound there has this name or number, so the test tells nothing",
        fix: "correct the port, or leave it out",
      };
  }
}

/** Ports outside the mesh are looked at by nobody. */
function hasPort({ outside, stranger, dataplanes }: Party, port: string): boolean {
  if (outside !== undefined || stranger !== undefined) return true;
  return dataplanes.some((dataplane) =>
    offeredInbounds(dataplane).some(({ name, port: number }) => name === port || String(number ?? 0) === port),
  );
}
