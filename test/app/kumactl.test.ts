// Stock kumactl 2.14 against a control plane on Node: adds it with a token, gets, applies, deletes, inspects, exports.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, startControlPlane } from "./control-plane.ts";
import { enrolRelay } from "./relay.ts";
import { createOrganisation, dataplane, type Organisation } from "./subject.ts";

const kumactl = process.env.WEFT_KUMACTL ?? "";

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe.skipIf(kumactl === "")(
  `stock kumactl${kumactl === "" ? " (skipped: WEFT_KUMACTL names no kumactl 2.14)" : ""}`,
  () => {
    let running: Running;
    let organisation: Organisation;
    let home: string;

    const run = (...args: readonly string[]): Promise<Result> =>
      new Promise((resolve) => {
        execFile(
          kumactl,
          ["--config-file", join(home, "config"), ...args],
          { env: { HOME: home } },
          (error, out, err) =>
            resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, out, err }),
        );
      });

    const addControlPlane = (name: string, token: string): Promise<Result> =>
      run(
        "config",
        "control-planes",
        "add",
        "--name",
        name,
        "--address",
        `${running.url}/o/${organisation.name}`,
        "--auth-type",
        "tokens",
        "--auth-conf",
        `token=${token}`,
        "--overwrite",
      );

    /** Applies YAML from a file, as people do. */
    async function apply(yaml: string): Promise<Result> {
      const file = join(home, "apply.yaml");
      await writeFile(file, yaml);
      return run("apply", "-f", file);
    }

    beforeAll(async () => {
      running = await startControlPlane();
      organisation = await createOrganisation(running);
      home = await mkdtemp(join(tmpdir(), "weft-kumactl-"));
      const added = await addControlPlane("weft", organisation.token);
      expect(added, added.err).toMatchObject({ code: 0, out: expect.stringContaining('added Control Plane "weft"') });
      const applied = await apply(DEMO);
      expect(applied, applied.err).toMatchObject({ code: 0 });
    });

    afterAll(async () => {
      await running?.close();
      await rm(home, { recursive: true, force: true });
    });

    test("it knows the product and complains of no version", async () => {
      const { out, err } = await run("version", "--detailed");
      expect(`${out}${err}`).toContain("Kuma");
      expect(`${out}${err}`).not.toMatch(/incompatible|WARNING/i);
    });

    test.each([
      ["meshes", /default/],
      ["dataplanes", /default +web-1 +kuma\.io\/service=web/],
      ["meshtimeouts", /default +slow/],
      ["meshtrafficpermissions", /default +allow/],
      ["meshservices", /default +web/],
      ["secrets", /default +mine/],
      ["global-secrets", /shared/],
      ["zones", /east/],
      ["zoneingresses", /in-1/],
      ["zoneegresses", /out-1/],
    ])("get %s", async (plural, row) => {
      const { code, out, err } = await run("get", plural);
      expect(code, err).toBe(0);
      expect(out).toMatch(row);
    });

    test("get one as YAML, and as JSON", async () => {
      const yaml = await run("get", "meshtimeout", "slow", "-o", "yaml");
      expect(yaml.code, yaml.err).toBe(0);
      expect(yaml.out).toContain("type: MeshTimeout");
      expect(yaml.out).toContain("connectionTimeout: 7s");
      const json = await run("get", "dataplane", "web-1", "-o", "json");
      expect(JSON.parse(json.out)).toMatchObject({
        type: "Dataplane",
        name: "web-1",
        networking: { address: "10.0.0.1" },
      });
    });

    test.each([
      ["zoneingress", "in-1", "10.0.0"],
      ["zoneegress", "out-1", "10.0.0"],
      ["dataplane", "web-1", "inbound:10.0.0.1"],
    ])("inspect %s %s", async (kind, name, shown) => {
      const dump = await run("inspect", kind, name, "--type", "config-dump");
      expect(dump.code, dump.err).toBe(0);
      expect(JSON.parse(dump.out).configs.length).toBeGreaterThan(0);
      expect(dump.out).toContain(shown);
      const clusters = await run("inspect", kind, name, "--type", "clusters");
      expect(clusters.code, clusters.err).toBe(0);
      const stats = await run("inspect", kind, name, "--type", "stats");
      expect([stats.code, stats.err]).toEqual([
        1,
        expect.stringContaining("The counters of an Envoy are at that Envoy"),
      ]);
    });

    test("what get gives, apply takes back", async () => {
      const got = await run("get", "dataplane", "web-1", "-o", "yaml");
      const applied = await apply(got.out);
      expect(applied, applied.err).toMatchObject({ code: 0 });
    });

    test("apply, then delete, and it is gone", async () => {
      expect((await apply(DEMO.split("---")[5]?.replace("name: slow", "name: brief") ?? "")).code).toBe(0);
      const gone = await run("delete", "meshtimeout", "brief");
      expect(gone, gone.err).toMatchObject({ code: 0, out: 'deleted MeshTimeout "brief"\n' });
      const again = await run("delete", "meshtimeout", "brief");
      expect(again.code).not.toBe(0);
      expect(again.err).toContain('there is no MeshTimeout with name "brief"');
      expect((await run("get", "meshtimeout", "brief")).err).toContain("No resources found in default mesh");
    });

    test("violations reach the user with their fields", async () => {
      const { code, err } = await apply(
        "type: Mesh\nname: bad\nmtls:\n  enabledBackend: x\n  backends:\n  - {name: a, type: builtin}\n",
      );
      expect(code).not.toBe(0);
      expect(err).toContain("mtls.enabledBackend: has to be set to one of the backends in the mesh");
    });

    test("inspect zoneingresses and zoneegresses", async () => {
      const ingresses = await run("inspect", "zoneingresses");
      expect(ingresses.code, ingresses.err).toBe(0);
      expect(ingresses.out).toMatch(/in-1 +Offline/);
      const egresses = await run("inspect", "zoneegresses");
      expect(egresses.code, egresses.err).toBe(0);
      expect(egresses.out).toMatch(/out-1 +Offline/);
      const one = await run("get", "zoneingress", "in-1", "-o", "json");
      expect(JSON.parse(one.out), one.err).toMatchObject({
        name: "in-1",
        availableServices: [{ tags: { "kuma.io/service": "web", "kuma.io/zone": "east" }, instances: 1 }],
      });
      const zones = await run("inspect", "zones");
      expect(zones.code, zones.err).toBe(0);
    });

    test("inspect dataplanes, meshes, services, zones", async () => {
      const dataplanes = await run("inspect", "dataplanes");
      expect(dataplanes.code, dataplanes.err).toBe(0);
      expect(dataplanes.out).toMatch(/default +web-1 +kuma\.io\/service=web .*Offline/);
      expect((await run("inspect", "dataplanes", "--tag", "kuma.io/service=nothing")).out).not.toContain("web-1");
      const meshes = await run("inspect", "meshes");
      expect(meshes.out, meshes.err).toMatch(/default +0\/1/);
      const services = await run("inspect", "services");
      expect(services.out, services.err).toMatch(/web +Offline +0\/1/);
      const zones = await run("inspect", "zones");
      expect(zones.out, zones.err).toMatch(/east/);
    });

    test("inspect dataplanes shows what each runs", async () => {
      const relay = await enrolRelay(running, organisation, "versions");
      const token = await organisation.call("POST", "/tokens/dataplane", { mesh: "default", name: "told-1" });
      const join = {
        ...{ mesh: "default", name: "told-1", registration: "life-told-1", owner: "stream", token: token.text },
        dataplane: dataplane("default", "told-1", "told"),
        versions: {
          program: { name: "kuma-dp", version: "2.13.1", gitTag: "v2.13.1", gitCommit: "abc", buildDate: "today" },
          envoy: { version: "1.38.2", build: "sha/1.38.2/Clean/RELEASE/BoringSSL" },
          dependencies: { coredns: "1.11.1" },
        },
      };
      const body = { events: [{ kind: "joined", number: 1, join }] };
      const told = await relay.call("POST", "/v1/zone/report", { body });
      expect([told.status, told.json.refused ?? []], told.text).toEqual([200, []]);
      const { code, out, err } = await run("inspect", "dataplanes");
      expect(code, err).toBe(0);
      expect(out).toMatch(/told-1 .* 2\.13\.1 +1\.38\.2 +coredns: 1\.11\.1/);
      // So that what follows finds the mesh as it was.
      const gone = { kind: "gone", number: 2, mesh: "default", name: "told-1", registration: "life-told-1" };
      expect((await relay.call("POST", "/v1/zone/report", { body: { events: [gone] } })).status).toBe(200);
    });

    test("a zone is online while one of its relays is there", async () => {
      const states = async () => {
        const { code, out, err } = await run("inspect", "zones");
        expect(code, err).toBe(0);
        return ["near", "far"].map((name) => new RegExp(`^${name} +(\\w+)`, "m").exec(out)?.[1]);
      };
      const [near, other] = [
        await enrolRelay(running, organisation, "near"),
        await enrolRelay(running, organisation, "near"),
      ];
      const far = await enrolRelay(running, organisation, "far");
      const leave = (relay: typeof near) =>
        relay.call("POST", "/v1/zone/report", { body: { events: [], presence: "leaving" } });
      expect(await states()).toEqual(["Online", "Online"]);
      expect((await leave(near)).status).toBe(200);
      expect((await leave(far)).status).toBe(200);
      expect(await states()).toEqual(["Online", "Offline"]);
      const { subscriptions } = (await organisation.call("GET", "/zones+insights/near")).json.zoneInsight;
      expect(subscriptions.map(({ id }: { readonly id: string }) => id)).toEqual([near.relay, other.relay]);
      expect((await leave(other)).status).toBe(200);
      expect(await states()).toEqual(["Offline", "Offline"]);
    });

    test("inspect a dataplane and a policy", async () => {
      const policies = await run("inspect", "dataplane", "web-1");
      expect(policies.code, policies.err).toBe(0);
      expect(policies.out).toMatch(/^DATAPLANE:\n.* {2}MeshTimeout\n.*^ *slow$/ms);
      const config = await run("inspect", "dataplane", "web-1", "--type=config", "--shadow", "--include=diff");
      expect(config.code, config.err).toBe(0);
      expect(Object.keys(JSON.parse(config.out))).toEqual(["diff", "xds"]);
      const dataplanes = await run("inspect", "meshtimeout", "slow");
      expect(dataplanes.code, dataplanes.err).toBe(0);
      expect(dataplanes.out).toMatch(/Affected data plane proxies:\n\n {2}web-1\n/);
      const absent = await run("inspect", "dataplane", "nobody");
      expect([absent.code === 0, absent.err.trim()]).toEqual([
        false,
        "Error: Could not retrieve Dataplane (Not found)",
      ]);
    });

    test("export gives what apply would take", async () => {
      const { code, out, err } = await run("export", "--profile", "all", "--include-admin");
      expect(code, err).toBe(0);
      for (const line of ["type: Mesh", "name: slow", "type: MeshTrafficPermission", "name: web-1", "name: mine"])
        expect(out).toContain(line);
      const federation = await run("export", "--profile", "federation");
      expect(federation.code, federation.err).toBe(0);
      expect(federation.out).toContain("type: Mesh");
      expect(federation.out).not.toContain("type: Dataplane");
    });

    test("generate dataplane-token", async () => {
      const { code, out, err } = await run(
        "generate",
        "dataplane-token",
        "--mesh",
        "default",
        "--name",
        "web-1",
        "--tag",
        "kuma.io/service=web",
        "--valid-for",
        "24h",
      );
      expect(code, err).toBe(0);
      expect(JSON.parse(Buffer.from(out.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
        Name: "web-1",
        Mesh: "default",
      });
      const refused = await run("generate", "dataplane-token", "--mesh", "nowhere", "--valid-for", "24h");
      expect(refused.code).not.toBe(0);
    });

    test("generate zone-token", async () => {
      const { code, out, err } = await run("generate", "zone-token", "--zone", "east", "--valid-for", "24h");
      expect(code, err).toBe(0);
      expect(JSON.parse(Buffer.from(out.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
        Zone: "east",
        Scope: ["ingress", "egress"],
      });
      const narrow = await run("generate", "zone-token", "--zone", "east", "--scope", "egress", "--valid-for", "1h");
      expect(JSON.parse(Buffer.from(narrow.out.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
        Scope: ["egress"],
      });
      const refused = await run("generate", "zone-token", "--zone", "nowhere", "--valid-for", "24h");
      expect(refused.code).not.toBe(0);
      expect(refused.err).toContain('there is no zone "nowhere"; there are: east');
    });

    test("a wrong token is refused in words", async () => {
      await addControlPlane(
        "wrong",
        `${organisation.token.slice(0, -1)}${organisation.token.endsWith("a") ? "b" : "a"}`,
      );
      const { code, err } = await run("get", "meshes");
      expect(code).not.toBe(0);
      expect(err).toMatch(/Unauthenticated|API token/);
      expect((await run("config", "control-planes", "switch", "--name", "weft")).code).toBe(0);
      expect((await run("get", "meshes")).code).toBe(0);
    });

    test("paging by size and offset", async () => {
      const first = await run("get", "meshtimeouts", "--size", "1");
      expect(first.out, first.err).toContain("offset");
    });
  },
);

const DEMO = `
type: Mesh
name: default
skipCreatingInitialPolicies: ["*"]
mtls:
  enabledBackend: ca-1
  backends:
  - name: ca-1
    type: builtin
---
type: Zone
name: east
---
type: ZoneIngress
name: in-1
zone: east
networking: {address: 10.0.0.4, port: 10001, advertisedAddress: in.example, advertisedPort: 30001}
---
type: ZoneEgress
name: out-1
zone: east
networking: {address: 10.0.0.5, port: 10002}
---
type: Dataplane
mesh: default
name: web-1
networking:
  address: 10.0.0.1
  inbound:
  - port: 8080
    tags:
      kuma.io/service: web
---
type: MeshTimeout
mesh: default
name: slow
spec:
  targetRef: {kind: Mesh}
  to:
  - targetRef: {kind: Mesh}
    default: {connectionTimeout: 7s}
---
type: MeshTimeout
mesh: default
name: slower
spec:
  targetRef: {kind: Mesh}
  to:
  - targetRef: {kind: Mesh}
    default: {connectionTimeout: 9s}
---
type: MeshTrafficPermission
mesh: default
name: allow
spec:
  targetRef: {kind: Mesh}
  from:
  - targetRef: {kind: Mesh}
    default: {action: Allow}
---
type: MeshService
mesh: default
name: web
spec:
  selector: {dataplaneTags: {kuma.io/service: web}}
  ports:
  - {port: 80, targetPort: 8080, appProtocol: http}
---
type: Secret
mesh: default
name: mine
data: bXkgc2VjcmV0
---
type: GlobalSecret
name: shared
data: bXkgc2VjcmV0
`;
