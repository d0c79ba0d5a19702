// Redirection that a proxy tells of in its node's metadata stands in its Dataplane, unless that says its own.
import { expect, test } from "vitest";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { dataplane } from "#model/row/kind.ts";
import { Sealed } from "#model/sealed.ts";
import { fromWire } from "#model/wire.ts";
import type { Admission } from "#relay/registrar/admission.ts";
import { REDIRECTION_FEATURE, redirected, redirectionOf } from "#relay/registrar/redirection.ts";
import { bootstrapOf, readBootstrapRequest } from "#relay/rest/bootstrap.ts";

/** As a stock kuma-dp 2.14 sends it. */
const STOCK = {
  ipFamilyMode: "dualstack",
  redirect: {
    inbound: { enabled: true, port: 15_006 },
    outbound: { enabled: true, port: 15_001 },
    dns: { enabled: true, port: 15_054 },
    vnet: {},
  },
};
const features = ["feature-reuse-port", REDIRECTION_FEATURE];

test("what a stock kuma-dp sends becomes the ports of a Dataplane", () => {
  expect(redirectionOf({ features, transparentProxy: STOCK })).toEqual({
    redirectPortInbound: 15_006,
    redirectPortOutbound: 15_001,
    ipFamilyMode: "DualStack",
  });
});

test("a side that is off has no port, and one family is one family", () => {
  const redirect = { ...STOCK.redirect, inbound: { enabled: false, port: 15_006 } };
  expect(redirectionOf({ features, transparentProxy: { ipFamilyMode: "ipv4", redirect } })).toEqual({
    redirectPortInbound: 0,
    redirectPortOutbound: 15_001,
    ipFamilyMode: "IPv4",
  });
});

test("without settings the feature means Kuma's defaults; without the feature settings mean nothing", () => {
  expect(redirectionOf({ features })).toMatchObject({ redirectPortInbound: 15_006, redirectPortOutbound: 15_001 });
  expect(redirectionOf({ features: ["feature-reuse-port"], transparentProxy: STOCK })).toBeUndefined();
  expect(redirectionOf({ transparentProxy: STOCK })).toBeUndefined();
});

test.each([null, 1, "on", [], {}, { redirect: { outbound: { enabled: true, port: 70_000 } } }])(
  "%j redirects nothing",
  (transparentProxy) => expect(redirectionOf({ features, transparentProxy })).toBeUndefined(),
);

function admission(networking: object, isBrought = true): Admission {
  const wire = { type: "Dataplane", mesh: "default", name: "web-1", networking };
  const { resource } = fromWire(dataplane, wire, { mesh: "default", name: "web-1" });
  if (resource === undefined) throw new TypeError("the dataplane is not valid");
  const token = { token: new Sealed("t"), tokenId: "1" };
  return { mesh: "default", name: "web-1", wire: isBrought ? wire : undefined, resource, ...token };
}

const proxying = ({ networking }: DataplaneSpec): unknown => networking?.transparentProxying;
const inbound = [{ port: 80, tags: { "kuma.io/service": "web" } }];
const said = redirectionOf({ features, transparentProxy: STOCK });

test.each([true, false])("it is written into a Dataplane that says nothing (brought: %s)", (isBrought) => {
  const reach = { reachableServices: ["backend"] };
  const { resource, wire } = redirected(
    admission({ address: "10.0.0.1", inbound, transparentProxying: reach }, isBrought),
    said,
  );
  expect(proxying(resource.spec)).toEqual({ ...reach, ...said });
  expect(proxying(wire as DataplaneSpec)).toEqual({ ...reach, ...said });
});

test("a Dataplane's own ports and family win", () => {
  const ports = admission({ address: "10.0.0.1", inbound, transparentProxying: { redirectPortOutbound: 1 } });
  expect(redirected(ports, said)).toBe(ports);
  const family = admission({ address: "10.0.0.1", inbound, transparentProxying: { ipFamilyMode: "IPv4" } });
  expect(proxying(redirected(family, said).resource.spec)).toEqual({ ...said, ipFamilyMode: "IPv4" });
  expect(redirected(family, undefined)).toBe(family);
});

test("a bootstrap hands the settings on to the node's metadata", () => {
  const asked = readBootstrapRequest({ mesh: "default", name: "web-1", features, dataplaneConfig: STOCK });
  if (asked === null) throw new TypeError("the request is not read");
  const place = { host: "relay", port: 1, certificate: { caPem: "" } };
  const { node } = bootstrapOf(asked, "web", place) as { node: { metadata: Record<string, unknown> } };
  expect(redirectionOf(node.metadata)).toEqual(said);
  const plain = readBootstrapRequest({ mesh: "default", name: "web-1", dataplaneConfig: "x" });
  expect(plain?.transparentProxy).toBeUndefined();
});
