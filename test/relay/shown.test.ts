// Whether peers have a proxy's endpoints: by the overlay where it says anything, else by the snapshot's sets.
import { expect, test } from "vitest";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import { isShown } from "#relay/shown.ts";
import type { OverlayEvent } from "#snapshot/overlay.ts";

const endpoint = (address: string, dataplane = "web-1"): Endpoint => ({
  ...{ address, port: 8080, weight: 1, zone: "east", priority: 0, tags: {}, dataplane },
});
const own = { cluster: "web", endpoint: endpoint("10.0.0.1") };
const other = { cluster: "web-admin", endpoint: endpoint("10.0.0.1") };
const set = (cluster: string, ...endpoints: readonly Endpoint[]): EndpointSet => ({ cluster, endpoints });
const event = (endpoints: OverlayEvent["endpoints"]): OverlayEvent => ({
  ...{ relay: "r", number: 1, at: 1, mesh: "default", dataplane: "web-1", registration: "a", endpoints },
});

test.each<[what: string, over: OverlayEvent | null | undefined, sets: readonly EndpointSet[], shown: boolean]>([
  ["gone", null, [set("web", own.endpoint)], false],
  ["told as ready", event([own, other]), [], true],
  ["told as not ready", event([]), [set("web", own.endpoint)], false],
  ["told at another place", event([{ cluster: "web", endpoint: endpoint("10.0.0.2") }, other]), [], false],
  ["in the snapshot", undefined, [set("web", own.endpoint)], true],
  ["in a set that a client's locality arranged", undefined, [{ ...set("web~1", own.endpoint), of: "web" }], true],
  ["of two that are called in one", undefined, [set("web", own.endpoint), set("web-admin")], false],
  ["at another place", undefined, [set("web", endpoint("10.0.0.2"))], false],
  ["another proxy at its place", undefined, [set("web", endpoint("10.0.0.1", "web-2"))], false],
  ["called by nobody", undefined, [set("shop", endpoint("10.0.0.9", "shop-1"))], false],
])("%s", (_, over, sets, shown) => {
  expect(isShown("web-1", [own, other], over, sets)).toBe(shown);
});
