// What an Envoy tells of its node fills holes in its resources, and in nobody else's.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonical } from "#model/canonical.ts";
import type { Json } from "#model/json.ts";
import { collectorSocketHole, NODE_HOLES, socketPaths } from "#model/node-hole.ts";
import { nodeValues } from "#relay/node-values.ts";
import { resourcesOfEntry } from "#snapshot/proxy.ts";
import { hole, type ProxyEntry, template } from "#snapshot/template.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");

describe("the values of a node", () => {
  it("are Kuma's paths in its work folder", () => {
    const told = { workdir: "/var/lib/dp/", HOST_IP: "10.1.2.3", systemCaPath: "/etc/ca.pem" };
    const values = nodeValues({ mesh: "default", name: "web-1" }, told);
    expect(values(NODE_HOLES.accessLog)).toBe("/var/lib/dp/kuma-al-web-1-default.sock");
    expect(values(NODE_HOLES.metrics)).toBe("/var/lib/dp/kuma-mh-web-1-default.sock");
    expect(values(NODE_HOLES.dynamicConfig)).toBe("/var/lib/dp/kuma-mesh-metric-config.sock");
    expect(values(NODE_HOLES.metricsTls)).toBeNull();
    expect(values(NODE_HOLES.roots)).toEqual({ filename: "/etc/ca.pem" });
    expect(values(NODE_HOLES.host)).toBe("10.1.2.3");
    expect(values(collectorSocketHole("otel-4317"))).toBe("/var/lib/dp/kuma-otel-otel-4317.sock");
    expect(values("address")).toBeUndefined();
  });

  it("have the port of Envoy's own table of names that the proxy says, and Kuma's where it says none", () => {
    const port = (told: Record<string, Json>) => nodeValues({ mesh: "m", name: "p" }, told)(NODE_HOLES.dnsPort);
    expect(port({ "dataplane.dns.port": "5302" })).toBe(5302);
    for (const said of [
      {},
      { "dataplane.dns.port": "0" },
      { "dataplane.dns.port": "70000" },
      { "dataplane.dns.port": "x" },
    ])
      expect(port(said)).toBe(15_054);
  });

  it("hold the public authorities where the proxy names no file of its machine's", () => {
    const roots = nodeValues({ mesh: "m", name: "p" }, {})(NODE_HOLES.roots) as { readonly inlineString: string };
    const blocks = roots.inlineString.split("-----END CERTIFICATE-----").filter((block) => block.trim() !== "");
    expect(blocks.length).toBeGreaterThan(50);
    expect(blocks.every((block) => block.trimStart().startsWith("-----BEGIN CERTIFICATE-----"))).toBe(true);
  });

  it("are cut so that a socket can be bound", () => {
    const { accessLog } = socketPaths(`/tmp/${"x".repeat(80)}`, {
      mesh: "default",
      name: "a-long-name-of-a-dataplane",
    });
    expect(accessLog).toHaveLength(103);
    expect(accessLog.endsWith(".sock")).toBe(true);
  });

  it("hold the certificate that the owner provided, and no half of one", () => {
    const told = { "dataplane.metrics.certPath": "/c.pem" };
    expect(nodeValues({ mesh: "m", name: "p" }, told)(NODE_HOLES.metricsTls)).toBeNull();
    const both = nodeValues({ mesh: "m", name: "p" }, { ...told, "dataplane.metrics.keyPath": "/k.pem" });
    expect(both(NODE_HOLES.metricsTls)).toMatchObject({
      typedConfig: {
        commonTlsContext: {
          tlsCertificates: [{ certificateChain: { filename: "/c.pem" }, privateKey: { filename: "/k.pem" } }],
        },
      },
    });
  });
});

describe("a resource with a node's hole", () => {
  const body = { name: "c", path: hole(NODE_HOLES.metrics), list: [{ a: 1 }, hole(NODE_HOLES.metricsTls)] };
  const text = canonical(template("cluster", body) as unknown as Json);
  const group = canonical([[[digest(text)], [{}]]]);
  const blobs = new Map([
    [digest(text), text],
    [digest(group), group],
  ]);
  const entry: ProxyEntry = { groups: [[digest(group), {}]] };
  const of = (node: ReturnType<typeof nodeValues>): { body: Json; version: string } => {
    const parts = resourcesOfEntry(entry, (hash) => blobs.get(hash), digest, node).parts;
    const made = parts.map((part) => part.cluster.get("c")).find((one) => one !== undefined);
    return { body: made?.body() ?? null, version: made?.version ?? "" };
  };

  it("is filled for each node apart, and a null leaves no item in a list", () => {
    const first = of(nodeValues({ mesh: "m", name: "p" }, { workdir: "/a" }));
    const second = of(nodeValues({ mesh: "m", name: "p" }, { workdir: "/b" }));
    expect(first.body).toEqual({ name: "c", path: "/a/kuma-mh-p-m.sock", list: [{ a: 1 }] });
    expect(second.body).toEqual({ name: "c", path: "/b/kuma-mh-p-m.sock", list: [{ a: 1 }] });
    expect(first.version).not.toBe(second.version);
  });
});
