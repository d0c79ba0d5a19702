// Each argument and option of each command has values to offer, or is known as free text; and those are what is there.
import { beforeAll, describe, expect, test } from "vitest";
import type { Command } from "#cli/command.ts";
import { COMMANDS } from "#cli/commands.ts";
import { longName, placeholderOf } from "#cli/completion/candidates.ts";
import { keysOf, SOURCES, sourceOf } from "#cli/completion/sources.ts";
import { GLOBAL_OPTIONS } from "#cli/program.ts";
import { SCOPES } from "#trust/scope.ts";
import { planeOfFile } from "./plane.ts";
import { run } from "./run.ts";

async function slots() {
  const shown = COMMANDS.filter(({ hidden }) => hidden !== true);
  const found = await Promise.all(
    shown.map(async ({ path, load }) => {
      const { arguments: args = [], options = [] } = (await load()).command as Command<never>;
      const named = [...options, ...GLOBAL_OPTIONS].filter(({ choices, hidden }) => !choices && hidden !== true);
      return [
        ...args.map(({ name }) => ({ command: path, option: undefined, placeholder: placeholderOf(name) })),
        ...named.map((row) => ({ command: path, option: longName(row), placeholder: placeholderOf(row.flags) })),
      ].filter(({ placeholder }) => placeholder !== "");
    }),
  );
  return found.flat();
}

test("every argument and option with a value has a source, or is free text", async () => {
  const without = (await slots()).filter((slot) => sourceOf(slot) === undefined);
  expect(without).toEqual([]);
});

test("every row of the table is of an argument or option", async () => {
  const used = new Set((await slots()).map((slot) => keysOf(slot).find((key) => key in SOURCES)));
  expect(Object.keys(SOURCES).filter((key) => !used.has(key))).toEqual([]);
});

describe("against a control plane", () => {
  const plane = planeOfFile();
  let at: readonly string[];
  const id: Record<string, string> = {};

  const WORLD = `
{ type: Mesh, name: shop }
---
{ type: Dataplane, mesh: shop, name: web-1, labels: { kuma.io/workload: front }, networking: { address: 10.0.0.1,
  inbound: [{ port: 8080, name: main, tags: { kuma.io/service: web, kuma.io/protocol: http } }] } }
---
{ type: MeshTimeout, mesh: shop, name: slow, spec: { to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 5s } }] } }
---
{ type: MeshExternalService, mesh: shop, name: bank, spec: { match: { port: 443, protocol: tcp }, endpoints: [{ address: bank.example.com, port: 443 }] } }
`;

  const weft = async (argv: readonly string[], input = ""): Promise<string> => {
    const ran = await run([...argv, ...at], { input });
    expect([ran.code, ran.err.includes("weft:")], ran.err).toEqual([0, false]);
    return ran.out.trim();
  };

  beforeAll(async () => {
    at = await plane.signUp("demo");
    await weft(["zone", "create", "east"]);
    await weft(["apply", "-f", "-"], WORLD);
    id.token = await weft(["token", "create", "ci", "-s", "read", "--out", `${plane.folder}/ci.token`]);
    const hook = ["webhook", "create", "https://hooks.example.com/in", "-e", "plan.waiting"];
    id.webhook = await weft([...hook, "--out", `${plane.folder}/hook`]);
    id.plan = await weft(["plan", "-f", "-", "-o", "name"], "{ type: Mesh, name: other }");
  });

  /** The words so far, and what must be offered; `$x` is an id. */
  const LINES: readonly (readonly [line: string, ...values: string[]])[] = [
    ["plan show ", "$plan"],
    ["plan approve ", "$plan"],
    ["plan withdraw ", "$plan"],
    ["apply --plan-id ", "$plan"],
    ["token revoke ", "$token"],
    ["webhook test ", "$webhook"],
    ["webhook delete ", "$webhook"],
    ["webhook deliveries ", "$webhook"],
    ["webhook replay ", "$webhook"],
    ["webhook rotate ", "$webhook"],
    ["webhook create https://x -e ", "revision.committed", "audit.entry"],
    ["reach -m shop ", "web", "web-1", "bank"],
    ["reach -m shop web ", "web", "web-1", "bank"],
    ["reach -m shop web web --port ", "8080", "main"],
    ["reach --method ", "GET", "DELETE"],
    ["access -m shop --from ", "web", "bank"],
    ["access -m shop --to ", "web"],
    ["why -m shop ", "web-1"],
    ["why -m shop web-1 ", "connectionTimeout"],
    ["why --policy ", "meshtimeouts"],
    ["inspect proxy -m shop ", "web-1"],
    ["inspect proxy -m shop web-1 --field ", "connectionTimeout"],
    ["inspect policy -m shop meshtimeouts ", "slow"],
    ["history ", "1", "meshtimeouts"],
    ["history -m shop meshtimeouts ", "slow"],
    ["history --actor ", "ci", "$token"],
    ["blame -m shop meshtimeouts ", "slow"],
    ["blame -m shop meshtimeouts slow ", "spec.to[0].default.connectionTimeout"],
    ["rollback ", "1"],
    ["rollout status ", "1"],
    ["audit list --action ", "resources.change"],
    ["audit list --actor ", "operator", "token:$token"],
    ["token create x --scope ", ...Object.keys(SCOPES), "write@east"],
    ["zone-token create --scope ", "ingress", "egress"],
    ["zone-token create --zone ", "east"],
    ["dataplane-token create -m shop --name ", "web-1"],
    ["dataplane-token create -m shop --workload ", "front"],
    ["dataplane-token create -m shop --tag ", "kuma.io/service=web"],
    ["events ", "revision", "proxy"],
    ["apply --prune-mesh ", "shop"],
    ["apply --prune-type ", "meshtimeouts"],
    ["delete -m shop meshtimeouts ", "slow"],
    ["zone drain ", "east"],
    ["certificate list --zone ", "east"],
    ["doctor ", "east"],
    ["completion ", "bash"],
  ];

  test.each(LINES)("weft %s<TAB>", async (line, ...values) => {
    const own = (text: string): string => text.replace(/\$(\w+)/, (_, name: string) => id[name] ?? "");
    const { candidatesOf } = await import("#cli/completion/candidates.ts");
    const { valuesFor } = await import("#cli/completion/values.ts");
    const { GROUPS } = await import("#cli/commands.ts");
    const place = { env: { HOME: "/nonexistent" }, cwd: "/", terminal: { out: () => {} } as never };
    const found = await candidatesOf([...spread(at, line)], {
      commands: COMMANDS,
      groups: GROUPS,
      globalOptions: GLOBAL_OPTIONS,
      values: (asked) => valuesFor(asked, place, 20_000),
    });
    expect(found === "files" ? found : found.map(({ value }) => value)).toEqual(
      expect.arrayContaining(values.map(own)),
    );
  });

  test("--context and config use-context offer the contexts that are saved", async () => {
    const env = { HOME: plane.folder, XDG_CONFIG_HOME: plane.folder };
    const [, url = "", , file = ""] = at;
    const saved = await run(["config", "set-context", "work", "--url", url, "--token-file", file], { env });
    expect(saved.code, saved.err).toBe(0);
    for (const line of [
      ["get", "--context"],
      ["config", "use-context"],
    ])
      expect((await run(["__complete", "--", ...line, ""], { env })).out).toBe(`work\t${url}\n`);
  });
});

/** The words, with the flags that say where to ask behind the command's. */
function spread(at: readonly string[], line: string): readonly string[] {
  const words = line.split(" ");
  const command = COMMANDS.map(({ path }) => path.split(" "))
    .filter((path) => path.every((word, index) => words[index] === word))
    .sort((a, b) => b.length - a.length)[0]!;
  return [...command, ...at, ...words.slice(command.length)];
}
