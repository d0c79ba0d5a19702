// Each documented exit code, by a process of the real entry against a real control plane.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { EXIT_CODES, type ExitName } from "#api/exit-code.ts";
import { createGate } from "#test/gate.ts";
import { cliBundle } from "./bundle.ts";
import { httpServer } from "./http-server.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";
import { tempFolder } from "./temp.ts";

const plane = planeOfFile();
const bundle = cliBundle();
let at: readonly string[];
let reader: readonly string[];

const inbound = (service: string) => `inbound: [{ port: 80, tags: { kuma.io/service: ${service} } }]`;
const WORLD = `
{ type: Mesh, name: default, skipCreatingInitialPolicies: ["*"], mtls: { enabledBackend: ca-1, backends: [{ name: ca-1, type: builtin }] } }
---
{ type: Dataplane, mesh: default, name: web-1, networking: { address: 10.0.0.1, ${inbound("web")} } }
---
{ type: Dataplane, mesh: default, name: backend-1, networking: { address: 10.0.0.2, ${inbound("backend")} } }
---
{ type: Mesh, name: held }
---
{ type: ChangeControl, mesh: held, name: guard, spec: { approvals: { required: 1 } } }
`;

beforeAll(async () => {
  at = await plane.signUp("codes");
  const weft = (argv: readonly string[], input = "") => run([...argv, ...at], { input });
  expect((await weft(["zone", "create", "east"])).code).toBe(0);
  const applied = await weft(["apply", "-f", "-"], WORLD);
  expect(applied.code, applied.err).toBe(0);
  const file = join(plane.folder, "reader.token");
  expect((await weft(["token", "create", "reader", "-s", "read", "--out", file])).code).toBe(0);
  reader = [...at.slice(0, 2), "--token-file", file];
});

interface Line {
  readonly argv: readonly string[];
  readonly input?: string;
  /** Sent once the control plane is asked. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly asked: Promise<void> };
}

/** A revision's way as a control plane without end tells it. */
async function rollout(state: string, nacked: number): Promise<Line> {
  const counts = { acked: 0, nacked, pending: 1 - nacked, absent: 0, untouched: 0 };
  const times = { fetched: null, pushed: null, acked: null };
  const body = {
    ...{ revision: 7, actor: "token:t", reason: "", committedAt: "2026-01-01T00:00:00.000Z", state, offline: [] },
    ...{ proxies: counts, times, relays: [] },
  };
  const { url } = await httpServer(() => ({ status: 200, body }));
  return { argv: ["rollout", "watch", "7", "--timeout", "1s", "--url", `${url}/o/demo`, "--token", "t"] };
}

async function stoppedBy(name: NodeJS.Signals): Promise<Line> {
  const { passed: asked, open: heard } = createGate();
  const server = createServer(() => heard());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/o/demo`;
  return { argv: ["get", "meshes", "--url", url, "--token", "t"], signal: { name, asked } };
}

async function nobody(): Promise<Line> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { argv: ["get", "meshes", "--url", `http://127.0.0.1:${port}/o/demo`, "--token", "t"] };
}

const TIMEOUT =
  "{ type: MeshTimeout, mesh: held, name: slow, spec: { to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 3s } }] } }";

/** One command line a code. */
const LINES: Readonly<Record<ExitName, () => Line | Promise<Line>>> = {
  ok: () => ({ argv: ["get", "meshes", ...at] }),
  failed: () => ({ argv: ["token", "create", "x", "-s", "read", "--out", "/nonexistent/folder/x", ...at] }),
  usage: () => ({ argv: ["get", ...at] }),
  unauthenticated: () => ({ argv: ["get", "meshes", ...at.slice(0, 2), "--token", "weft_api_nobody"] }),
  forbidden: () => ({ argv: ["delete", "dataplane", "web-1", ...reader] }),
  absent: () => ({ argv: ["get", "mesh", "nosuch", ...at] }),
  conflict: () => ({
    argv: [
      ...["organisation", "create", "codes", "--control-plane", plane.url],
      ...["--operator-secret-file", plane.operatorSecretFile],
    ],
  }),
  invalid: () => ({ argv: ["apply", "-f", "-", ...at], input: "{ type: Mesh, name: NOT_A_NAME }" }),
  timeout: () => rollout("underway", 0),
  unreachable: nobody,
  differs: () => ({ argv: ["plan", "-f", "-", "--exit-code", ...at], input: "{ type: Mesh, name: other }" }),
  rejected: () => rollout("rejected", 1),
  denied: () => ({ argv: ["reach", "web", "backend", ...at] }),
  guarded: () => ({ argv: ["apply", "-f", "-", ...at], input: TIMEOUT }),
  hungUp: () => stoppedBy("SIGHUP"),
  interrupted: () => stoppedBy("SIGINT"),
  terminated: () => stoppedBy("SIGTERM"),
};

test.each(Object.keys(EXIT_CODES) as ExitName[])("%s", async (name) => {
  const { argv, input = "", signal } = await LINES[name]();
  const home = tempFolder();
  const child = spawn(process.execPath, [bundle(), ...argv], {
    cwd: home,
    env: { PATH: process.env.PATH, HOME: home },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.end(input);
  let err = "";
  child.stderr.on("data", (text) => (err += String(text)));
  child.stdout.resume();
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  if (signal !== undefined) {
    await signal.asked;
    child.kill(signal.name);
  }
  expect([await ended, err]).toEqual([EXIT_CODES[name].code, expect.anything()]);
  // What fails says so in one shape; a difference, or a call that does not get through, is an answer.
  const isAnswer = ["ok", "differs", "denied"].includes(name);
  expect(/^weft: /m.test(err), err).toBe(!isAnswer);
});
