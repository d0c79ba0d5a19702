// The table of a mesh's names: one resource for all proxies whose labels are alike, wherever their sockets are.
import { expect, test } from "vitest";
import { compile } from "#compile/compile.ts";
import type { View } from "#model/view.ts";
import { nodeValues } from "#relay/node-values.ts";
import { resourcesOfProxy } from "#snapshot/proxy.ts";
import { sha256 } from "#test/xds/scenario.ts";
import { zoneOfYaml } from "./zone-scenario.ts";

const NAMES = 200;

const proxy = (name: string, address: string): string => `
type: Dataplane
name: ${name}
networking:
  address: ${address}
  inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/zone: east } }]
  transparentProxying: { redirectPortInbound: 15006, redirectPortOutbound: 15001 }
`;
const given = zoneOfYaml(
  ["{ type: Zone, name: east }", "{ type: Mesh, name: default }", proxy("a", "10.0.0.1"), proxy("b", "10.0.0.2")].join(
    "\n---\n",
  ),
);
const addresses = Array.from({ length: NAMES }, (_, n) => ({ name: `service/s-${n}`, address: `240.0.0.${n}` }));
const { snapshot } = compile({ ...given, views: given.views.map((view): View => ({ ...view, addresses })) }, sha256);

function told(name: string, kind: "listener" | "route") {
  const values = nodeValues({ mesh: "default", name }, { workdir: `/var/lib/${name}` });
  const { parts } = resourcesOfProxy(snapshot, "default", name, sha256, values) ?? { parts: [] };
  const found = parts.flatMap((part) => part[kind].get("_kuma:dynamicconfig") ?? []);
  expect(found).toHaveLength(1);
  return found[0]!;
}

test("is told once, and the listener that leads to it is small", () => {
  const [a, b] = [told("a", "route"), told("b", "route")];
  expect(a.version).toBe(b.version);
  expect(JSON.stringify(a.body())).toContain(`s-${NAMES - 1}.mesh`);
  for (const name of ["a", "b"]) {
    const listener = told(name, "listener");
    const body = JSON.stringify(listener.body());
    expect(body).toContain(`/var/lib/${name}/`);
    expect(body).not.toContain("s-0.mesh");
    expect(listener.references).toContainEqual({ kind: "route", name: "_kuma:dynamicconfig" });
  }
});
