// MeshPassthrough: redirected traffic to outside the mesh passes, or does not, by domain, address and mode.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Child, startChild, until } from "#test/child.ts";
import { cliOf, type Resource, startMesh, type TestMesh } from "#test/mesh.ts";
import { type Namespace, namespaceLack, openNamespace } from "#test/namespace.ts";

const lack = namespaceLack();
const OUTBOUND = 15_001;

const passthrough = (conf: Readonly<Record<string, unknown>>): Resource => ({
  type: "MeshPassthrough",
  mesh: "default",
  name: "pass",
  spec: { targetRef: { kind: "Mesh" }, default: conf },
});

describe.skipIf(lack !== null)(`traffic to outside the mesh${lack === null ? "" : ` (skipped: ${lack})`}`, () => {
  let mesh: TestMesh;
  let space: Namespace;
  let proxy: Child;
  const servers: Server[] = [];
  let named = 0;
  let open = 0;
  let other = 0;

  /** A program outside the mesh that says its own name. */
  async function outside(name: string): Promise<number> {
    const server = createServer((_, answer) => answer.end(name));
    await new Promise<void>((resolve) => server.listen(0, space.host, resolve));
    servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  const byName = (domain: string, port: number): Promise<string | null> =>
    space.curl("--resolve", `${domain}:${port}:${space.host}`, `http://${domain}:${port}/`);
  const byAddress = (port: number): Promise<string | null> => space.curl(`http://${space.host}:${port}/`);

  beforeAll(async () => {
    mesh = await startMesh();
    space = await openNamespace();
    named = await outside("named");
    open = await outside("open");
    other = await outside("other");
    const { api, xds, caFile } = mesh.relay();
    for (const port of new Set([new URL(api).port, new URL(xds).port])) await space.forward(Number(port));
    const dataplane = {
      type: "Dataplane",
      mesh: "default",
      name: "inside-1",
      networking: {
        address: space.inside,
        inbound: [{ port: 8080, tags: { "kuma.io/service": "inside", "kuma.io/protocol": "http" } }],
        transparentProxying: { redirectPortInbound: 15_006, redirectPortOutbound: OUTBOUND },
      },
    };
    const [file, token] = [join(mesh.folder, "inside.json"), join(mesh.folder, "inside.token")];
    writeFileSync(file, JSON.stringify(dataplane));
    writeFileSync(token, await mesh.dataplaneToken("default", "inside-1"), { mode: 0o600 });
    const args = ["proxy", "run", "--relay", api, "--ca-cert-file", caFile, "--dataplane-file", file];
    const [command = "", ...enter] = space.enter;
    const work = join(mesh.folder, "inside");
    const own = [process.execPath, cliOf(), ...args, "--token-file", token, "--concurrency", "1", "--work-dir", work];
    proxy = startChild(command, [...enter, ...own]);
    space.redirect(OUTBOUND);
    await until("the proxy to take what is redirected", async () => (await byAddress(other)) === "other", {
      explain: () => proxy.output(),
    });
  });

  afterAll(async () => {
    await proxy?.stop();
    for (const server of servers) server.close();
    await space?.close();
    await mesh?.close();
  });

  test("everything passes without a policy", async () => {
    expect([await byName("named.example", named), await byAddress(open), await byAddress(other)]).toEqual([
      "named",
      "open",
      "other",
    ]);
  });

  test("nothing passes where none may", async () => {
    await mesh.apply(passthrough({ passthroughMode: "None" }));
    await until("the way out to be closed", async () => (await byAddress(other)) === null);
    expect([await byName("named.example", named), await byAddress(open)]).toEqual([null, null]);
  });

  test("what matches by domain or address passes, and nothing else", async () => {
    await mesh.apply(
      passthrough({
        passthroughMode: "Matched",
        appendMatch: [
          { type: "Domain", value: "named.example", protocol: "http", port: named },
          { type: "IP", value: space.host, protocol: "tcp", port: open },
        ],
      }),
    );
    await until("the domain to pass", async () => (await byName("named.example", named)) === "named");
    expect(await byAddress(open)).toBe("open");
    expect(await byName("stranger.example", named)).toContain("No routes matched this domain");
    expect(await byAddress(other)).toBeNull();
  });

  test("what passes leaves a line, by its chain and by that for all", async () => {
    const file = join(mesh.folder, "passed.log");
    const said = { type: "Plain", plain: "%KUMA_SOURCE_SERVICE% to %KUMA_DESTINATION_SERVICE% at %UPSTREAM_HOST%" };
    await mesh.apply({
      type: "MeshAccessLog",
      mesh: "default",
      name: "passed",
      spec: {
        targetRef: { kind: "Mesh" },
        to: [
          {
            targetRef: { kind: "Mesh" },
            default: { backends: [{ type: "File", file: { path: file, format: said } }] },
          },
        ],
      },
    });
    const line = (port: number): string => `inside to external at ${space.host}:${port}`;
    const logged = (port: number): boolean => existsSync(file) && readFileSync(file, "utf8").includes(line(port));
    await until("a line of a request", async () => {
      await byName("named.example", named);
      return logged(named);
    });
    await until("a line of a connection", async () => {
      await byAddress(open);
      return logged(open);
    });
    expect(logged(other)).toBe(false);
    await mesh.apply(passthrough({ passthroughMode: "All" }));
    await until("a line of what passes with all", async () => {
      await byAddress(other);
      return logged(other);
    });
  });

  test("a network passes, and all of it where all may", async () => {
    const close = async (): Promise<void> => {
      await mesh.apply(passthrough({ passthroughMode: "None" }));
      await until("the way out to be closed", async () => (await byAddress(other)) === null);
    };
    await close();
    await mesh.apply(passthrough({ appendMatch: [{ type: "CIDR", value: `${space.host}/24`, protocol: "tcp" }] }));
    await until("the network to pass", async () => (await byAddress(other)) === "other");
    await close();
    await mesh.apply(passthrough({ passthroughMode: "All" }));
    await until("everything to pass", async () => (await byAddress(other)) === "other");
    expect(await byName("stranger.example", named)).toBe("named");
  });
});
