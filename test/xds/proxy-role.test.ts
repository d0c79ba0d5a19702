// What a proxy's metrics say that it is for, as Kuma 2.14 tells it.
import { expect, test } from "vitest";
import { bindingsOf } from "#match/binding.ts";
import { proxyOf } from "#match/select.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { dataplane as kind } from "#model/row/kind.ts";
import { fromWire } from "#model/wire.ts";
import { proxyValue } from "#xds/proxy-hole.ts";

const address = "10.0.0.1";
const [IN, OUT] = ["ZoneIngress", "ZoneEgress"].map((type, at) => ({ type, address, port: 10_011 + at }));
const inbound = [{ port: 8080, tags: { "kuma.io/service": "web" } }];

test.each([
  ["a sidecar", { inbound }, "sidecar", "shop"],
  ["a gateway", { gateway: { tags: { "kuma.io/service": "edge" } } }, "gateway", "shop"],
  ["what leads in", { listeners: [IN] }, "zone-ingress", undefined],
  ["what leads out", { listeners: [OUT] }, "zone-egress", undefined],
  ["what does both", { listeners: [OUT, IN] }, "zone-proxy", undefined],
  ["a workload's proxy that leads out too", { inbound, listeners: [OUT] }, "zone-egress", "shop"],
])("%s", (_, networking, role, workload) => {
  const labels = { "kuma.io/workload": "shop" };
  const wire = { type: "Dataplane", mesh: "default", name: "a-1", labels, networking: { address, ...networking } };
  const { resource, violations } = fromWire(kind, wire, { mesh: "default", name: "a-1" });
  if (resource === undefined) throw new TypeError(JSON.stringify(violations));
  const bindings = bindingsOf(proxyOf({ ...resource, spec: resource.spec as DataplaneSpec }, []));
  const gateway = "gateway" in networking;
  const told = JSON.parse(String(proxyValue({ mesh: "default", gateway, bindings }, "proxy.metricLabels")));
  expect([told["kuma.proxy_role"], told["kuma.workload"]]).toEqual([role, workload]);
});
