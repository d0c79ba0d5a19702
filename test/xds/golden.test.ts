// Border 3: what each Envoy of a scenario gets, filled, resource by resource.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type DescMessage, fromJson, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { envoyRegistry } from "#envoy/descriptor.ts";
import { ClusterSchema } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import { ClusterLoadAssignmentSchema } from "#envoy/generated/envoy/config/endpoint/v3/endpoint_pb.ts";
import { ListenerSchema } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import { RouteConfigurationSchema } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import { SecretSchema } from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { compileView, GOLDEN, givenView, proxiesOf, SCENARIOS, servedTo } from "./scenario.ts";

const OUTSIDE = {
  clusters: new Set<string>(),
  roots: new Set<string>(),
  secret: (mesh: string, name: string) => name === `identity_cert:secret:${mesh}`,
};

describe.each(SCENARIOS)("%s", (scenario) => {
  const view = givenView(scenario);
  const compiled = compileView(view);
  const proxies = proxiesOf(view);

  test.each(proxies)("%s", async (proxy) => {
    const served = servedTo(compiled, view.mesh.name, proxy);
    expect(served.listeners.length).toBeGreaterThan(0);
    for (const [file, resources] of Object.entries(served)) {
      const text = stringify(resources, { lineWidth: 0, aliasDuplicateObjects: false });
      await expect(text).toMatchFileSnapshot(join(GOLDEN, scenario, proxy, `${file}.yaml`));
    }
  });

  test.each(proxies)("%s is what Envoy's own descriptors admit", (proxy) => {
    const served = servedTo(compiled, view.mesh.name, proxy);
    const kinds = [
      [ClusterSchema, served.clusters],
      [ListenerSchema, served.listeners],
      [RouteConfigurationSchema, served.routes],
      [SecretSchema, served.secrets],
      [ClusterLoadAssignmentSchema, served.endpoints],
    ] as const;
    for (const [schema, resources] of kinds) {
      for (const resource of resources) {
        const message = fromJson(schema, resource as JsonValue, { registry: envoyRegistry() });
        expect(toBinary<DescMessage>(schema, message).length).toBeGreaterThan(0);
      }
    }
  });

  test("is whole and without faults", () => {
    expect(inconsistencies(compiled.snapshot, OUTSIDE)).toEqual([]);
    expect(compiled.faults).toEqual([]);
  });

  test("has goldens of its own proxies only", () => {
    const folders = readdirSync(join(GOLDEN, scenario), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.filter(({ name }) => !proxies.includes(name))).toEqual([]);
  });
});
