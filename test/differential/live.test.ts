// A stock kuma-dp joins a stock kuma-cp, and then a relay of Weft's: its Envoy gets the same but for what is meant.
import { expect, test } from "vitest";
import { startMesh } from "#test/mesh.ts";
import { keptPort } from "#test/port.ts";
import { placesOf } from "./compare.ts";
import { startKuma } from "./kuma.ts";
import { liveConfig } from "./live.ts";
import { unexplained } from "./meant.ts";

const { WEFT_KUMA_CP: kumaCp = "", WEFT_KUMA_DP: kumaDp = "", WEFT_ENVOY: envoy = "" } = process.env;

const MESH = {
  type: "Mesh",
  name: "default",
  skipCreatingInitialPolicies: ["*"],
  mtls: { enabledBackend: "ca-1", backends: [{ name: "ca-1", type: "builtin" }] },
};
const POLICIES = [
  {
    type: "MeshTrafficPermission",
    mesh: "default",
    name: "all",
    spec: { from: [{ targetRef: { kind: "Mesh" }, default: { action: "Allow" } }] },
  },
  {
    type: "MeshRetry",
    mesh: "default",
    name: "all",
    spec: { to: [{ targetRef: { kind: "Mesh" }, default: { http: { numRetries: 3 } } }] },
  },
];

const lacking = [kumaCp, kumaDp, envoy].includes("");

test.skipIf(lacking)(
  `kuma-dp at kuma-cp and at a relay${lacking ? " (skipped: WEFT_KUMA_CP, WEFT_KUMA_DP or WEFT_ENVOY is not set)" : ""}`,
  async () => {
    const [inbound, program, outbound, readiness] = await Promise.all([keptPort(), keptPort(), keptPort(), keptPort()]);
    const tags = { "kuma.io/service": "web", "kuma.io/protocol": "http" };
    const dataplane = {
      type: "Dataplane",
      mesh: "default",
      name: "web-1",
      networking: {
        address: "127.0.0.1",
        inbound: [{ port: inbound, servicePort: program, tags }],
        outbound: [{ port: outbound, tags: { "kuma.io/service": "web" } }],
      },
    };
    const wanted = `outbound:127.0.0.1:${outbound}`;
    const common = { kumaDp, envoy, dataplane, readiness, wanted };
    const kuma = await startKuma(kumaCp);
    const mesh = await startMesh(MESH);
    try {
      await kuma.call("PUT", "meshes/default", MESH);
      for (const one of POLICIES) {
        const path = one.type === "MeshRetry" ? "meshretries" : "meshtrafficpermissions";
        expect((await kuma.call("PUT", `meshes/default/${path}/all`, one)).status).toBeLessThan(300);
      }
      await mesh.apply(...POLICIES);
      const there = await liveConfig({ ...common, at: kuma.dpServer, caFile: kuma.caFile });
      const { api, caFile } = mesh.relay();
      const token = await mesh.dataplaneToken("default", "web-1");
      const here = await liveConfig({ ...common, at: api, caFile, token });
      const answer = (config: typeof here) => ({ proxies: { "web-1": { rules: {}, config } } });
      const places = placesOf(answer(there), answer(here));
      expect(Object.keys(here)).toContain("cluster web");
      expect(unexplained(places, { subject: "live", name: "kuma-dp" }).map(({ text }) => text)).toEqual([]);
    } finally {
      await mesh.close();
      await kuma.close();
    }
  },
  180_000,
);
