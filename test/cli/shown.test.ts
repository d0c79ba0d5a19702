// Every command that shows something takes every --output and --watch: held against the table of commands and a real control plane.
import { beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { COMMANDS } from "#cli/commands.ts";
import { execute } from "#cli/execute.ts";
import { OUTPUTS, type Output } from "#cli/output.ts";
import { planeOfFile } from "./plane.ts";
import { type Ran, run } from "./run.ts";

const WORLD = `
{ type: Mesh, name: default, skipCreatingInitialPolicies: ["*"], mtls: { enabledBackend: ca-1, backends: [{ name: ca-1, type: builtin }] } }
---
{ type: Dataplane, mesh: default, name: web-1, networking: { address: 10.0.0.1,
  inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/protocol: http } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: backend } }] } }
---
{ type: Dataplane, mesh: default, name: backend-1, networking: { address: 10.0.0.2,
  inbound: [{ port: 8080, tags: { kuma.io/service: backend, kuma.io/protocol: http } }] } }
---
{ type: AccessTest, mesh: default, name: stays, spec: { expect: deny, from: web, to: backend } }
---
{ type: MeshTimeout, mesh: default, name: slow, spec: { targetRef: { kind: MeshSubset, tags: { kuma.io/service: web } },
  to: [{ targetRef: { kind: MeshService, name: backend }, default: { http: { requestTimeout: 40s } } }] } }
`;

interface Case {
  readonly args: readonly string[];
  /** How it may end; with 0 unless said. */
  readonly codes?: readonly number[];
}

/** What stands in the organisation that the cases ask about. */
interface Seed {
  readonly plan: string;
  readonly webhook: string;
}

/** By command; one that shows something and is not here fails the first test. */
const CASES: Readonly<Record<string, (seed: Seed) => readonly Case[]>> = {
  "plan list": () => [{ args: [] }],
  "plan show": ({ plan }) => [{ args: [plan] }],
  history: () => [{ args: [] }, { args: ["1"] }, { args: ["MeshTimeout/slow"] }, { args: ["meshtimeout", "slow"] }],
  diff: () => [{ args: ["0", "1"] }],
  blame: () => [{ args: ["meshtimeout", "slow"] }, { args: ["MeshTimeout/slow", "spec"] }],
  get: () => [
    { args: ["dataplanes"] },
    { args: ["meshes"] },
    { args: ["mt", "--all"] },
    { args: ["dp", "web-1"] },
    { args: ["Dataplane/default/web-1"] },
  ],
  "rollout status": () => [{ args: ["1"] }],
  "rollout list": () => [{ args: [] }],
  "rollout watch": () => [{ args: ["1", "--timeout", "1s"], codes: [0, 8] }],
  // Lines of JSON in every form, and it ends by Ctrl-C alone: it has its own tests.
  events: () => [],
  reach: () => [{ args: ["web", "backend"], codes: [12] }],
  access: () => [{ args: [] }],
  "access test": () => [{ args: [] }],
  lint: () => [{ args: ["--fail-on", "never"] }],
  why: () => [{ args: ["web-1"] }, { args: ["Dataplane/web-1"] }],
  "inspect proxy": () => [{ args: ["web-1"] }, { args: ["Dataplane/web-1"] }],
  "inspect policy": () => [{ args: ["MeshTimeout/slow"] }],
  "inspect zone": () => [{ args: ["east"] }, { args: ["Zone/east"] }],
  "zone list": () => [{ args: [] }],
  "certificate list": () => [{ args: [] }],
  "certificate issuers": () => [{ args: [] }],
  "token list": () => [{ args: [] }],
  "member list": () => [{ args: [] }],
  "invitation list": () => [{ args: [] }],
  "audit list": () => [{ args: [] }],
  "audit verify": () => [{ args: [] }],
  "audit retention": () => [{ args: [] }],
  "webhook list": () => [{ args: [] }],
  "webhook deliveries": ({ webhook }) => [{ args: [webhook] }],
  "admin databases": () => [
    { args: ["--control-plane", plane.url, "--operator-secret-file", plane.operatorSecretFile] },
  ],
  "envoy path": () => [{ args: [] }],
  "config show": () => [{ args: [] }],
  doctor: () => [{ args: [], codes: [0, 1] }],
  version: () => [{ args: [] }],
};

/** What they would say where there is nothing to list. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set([
  "certificate list",
  "certificate issuers",
  // Whom the operator's organisation has.
  "member list",
  "webhook deliveries",
  "config show",
  "inspect zone",
]);

/** They tell the moment of the look. */
const UNSTEADY: ReadonlySet<string> = new Set(["doctor", "audit verify"]);

const plane = planeOfFile();
const env = { WEFT_ENVOY: process.execPath };
let at: readonly string[];
let seed: Seed;

beforeAll(async () => {
  at = await plane.signUp("demo");
  const must = async (argv: readonly string[], input = ""): Promise<string> => {
    const ran = await run([...argv, ...at], { input });
    expect(ran.code, ran.err).toBe(0);
    return ran.out.trim();
  };
  await must(["zone", "create", "east"]);
  await must(["invitation", "create", "ann@example.com", "--role", "viewer"]);
  await must(["apply", "-f", "-"], WORLD);
  const slower = WORLD.slice(WORLD.lastIndexOf("---")).replace("40s", "50s");
  seed = {
    plan: await must(["plan", "-f", "-", "-o", "name"], slower),
    webhook: await must(["webhook", "create", "https://hooks.example.com/x", "-e", "zone.offline", "-o", "name"]),
  };
});

const shown = COMMANDS.filter(({ does }) => does === "shows" || does === "follows");

test("each command that shows something is tried", () => {
  expect(Object.keys(CASES).sort()).toEqual(shown.map(({ path }) => path).sort());
});

async function weft(path: string, { args, codes = [0] }: Case, more: readonly string[]): Promise<Ran> {
  const ran = await run([...path.split(" "), ...args, ...more, ...at], { env });
  expect(codes, ran.err).toContain(ran.code);
  return ran;
}

describe.each(shown.map(({ path, does }) => [path, does] as const))("weft %s", (path, does) => {
  test("the same in JSON and YAML, a heading of at least as many columns in wide, and names alone in name", async () => {
    for (const one of CASES[path]!(seed)) {
      const [table, wide, json, yaml, name] = await Promise.all(
        OUTPUTS.map((output) => weft(path, one, ["--output", output])),
      );
      if (does === "follows") continue;
      const value = JSON.parse(json!.out);
      // What was looked at twice may tell the moment of each look.
      if (!UNSTEADY.has(path)) expect(parse(yaml!.out)).toEqual(value);
      const isEmpty = table!.out === "";
      expect(isEmpty && !MAY_BE_EMPTY.has(path), table!.err).toBe(false);
      expect(headingOf(wide!).length).toBeGreaterThanOrEqual(headingOf(table!).length);
      const lines = name!.out.split("\n").slice(0, -1);
      expect(lines.filter((line) => line.trim() === "" || line.startsWith("{"))).toEqual([]);
      expect(lines.length > 0).toBe(!isEmpty);
    }
  });

  test.runIf(does === "shows")("--watch begins with what is there, in every form, and Ctrl-C ends it", async () => {
    const [one] = CASES[path]!(seed) as [Case];
    for (const output of OUTPUTS) {
      const isEmpty = (await weft(path, one, ["-o", output === "name" ? "name" : "table"])).out === "";
      const { code, out, err } = await watched(path, one, output, isEmpty);
      expect(code, err).toBe(130);
      expect(out === "", out).toBe(isEmpty);
      for (const event of eventsOf(output, out)) {
        expect(Object.keys(event)).toEqual(["change", "time", "item"]);
        expect(event.change).toBe("found");
      }
      if (output === "json" && !UNSTEADY.has(path)) {
        const whole = partsOf(JSON.parse((await weft(path, one, ["-o", "json"])).out));
        expect(eventsOf(output, out).filter(({ item }) => !whole.has(JSON.stringify(item)))).toEqual([]);
      }
    }
  });
});

/** The value as JSON, and each member of the lists in it. */
function partsOf(value: object): ReadonlySet<string> {
  const lists = [value, ...Object.values(value)].filter((one) => Array.isArray(one));
  return new Set([value, ...lists.flat()].map((one) => JSON.stringify(one)));
}

function headingOf({ out }: Ran): readonly string[] {
  return out.split("\n", 1)[0]!.split(/ {2,}/);
}

function eventsOf(output: Output, out: string): readonly { readonly change: string; readonly item: unknown }[] {
  if (output === "yaml") return parseAllDocuments(out).map((document) => document.toJS());
  if (output !== "json" || out === "") return [];
  return out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Stopped as soon as the first look is shown; where there is nothing to show, while it goes on. */
async function watched(path: string, { args }: Case, output: Output, isEmpty: boolean): Promise<Ran> {
  let out = "";
  let err = "";
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    input: async () => "",
    interactive: false,
    colour: false,
  };
  const argv = [...path.split(" "), ...args, "--watch", "-o", output, ...at];
  const before = process.listenerCount("SIGWINCH");
  let over = false;
  const running = execute(argv, { terminal, env: { HOME: "/nonexistent", ...env }, cwd: "/" }).finally(() => {
    over = true;
  });
  const goesOn = (): boolean => process.listenerCount("SIGWINCH") > before && (isEmpty || out !== "");
  await expect.poll(() => over || goesOn()).toBe(true);
  process.emit("SIGINT");
  return { code: await running, out, err };
}
