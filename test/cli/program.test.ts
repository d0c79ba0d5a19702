// Command lines that are wrong, each with its exact message and exit code; help that can be trusted.
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { EXIT_CODES } from "#api/exit-code.ts";
import { COMMANDS, GROUPS } from "#cli/commands.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { VERSION } from "#cli/version.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { keptPort } from "#test/port.ts";
import { SCOPES } from "#trust/scope.ts";
import { run } from "./run.ts";

const there = ["--url", "http://127.0.0.1:1/o/demo", "--token", "t"];

const WRONG: readonly (readonly [name: string, argv: readonly string[], code: number, err: string])[] = [
  ["an unknown command", ["gte", "meshes"], 2, "weft: unknown command 'gte'\n  fix    Did you mean get?\n"],
  [
    "an unknown command that is like none",
    ["xyzzy"],
    2,
    "weft: unknown command 'xyzzy'\n  fix    weft --help shows how it is used\n",
  ],
  [
    "an unknown second word",
    ["zone", "crate", "x"],
    2,
    "weft: unknown command 'crate'\n  fix    Did you mean create?\n",
  ],
  [
    "a resource's word after a group",
    ["zone", "delete", "east"],
    2,
    "weft: unknown command 'delete'\n  fix    did you mean weft delete zone?\n",
  ],
  [
    "a group's words the other way round",
    ["proxy", "inspect", "web-1"],
    2,
    "weft: unknown command 'inspect'\n  fix    did you mean weft inspect proxy?\n",
  ],
  [
    "what is neither a resource nor the other way round",
    ["token", "delete", "x"],
    2,
    "weft: unknown command 'delete'\n  fix    weft token --help shows how it is used\n",
  ],
  ["help for no command", ["help", "nope"], 2, "weft: unknown command 'nope'\n  fix    weft --help lists them\n"],
  [
    "help for no second word",
    ["help", "zone", "nope"],
    2,
    "weft: unknown command 'zone nope'\n  fix    weft --help lists them\n",
  ],
  [
    "a state folder that is a file",
    ["serve", "--state", "/etc/passwd"],
    1,
    "weft: the state folder cannot be used\n  where  /etc/passwd\n  why    a part of the path is a file, and not a folder\n  fix    name another with --state, one that this user may write to\n",
  ],
  [
    "a relay's state folder below a file",
    ["relay", "--control-plane", "http://127.0.0.1:1", "--state", "/etc/passwd/relay"],
    1,
    "weft: the state folder cannot be used\n  where  /etc/passwd/relay\n  why    /etc/passwd: a part of the path is a file, and not a folder\n  fix    name another with --state, one that this user may write to\n",
  ],
  [
    "the state folder of a demo that is a file",
    ["up", "--state", "/etc/passwd"],
    1,
    "weft: the state folder cannot be used\n  where  /etc/passwd\n  why    a part of the path is a file, and not a folder\n  fix    name another with --state, one that this user may write to\n",
  ],
  ["an unknown option", ["get", "meshes", "--al"], 2, "weft: unknown option '--al'\n  fix    Did you mean --all?\n"],
  [
    "a missing argument",
    ["get"],
    2,
    "weft: missing required argument 'type'\n  fix    weft get --help shows how it is used\n",
  ],
  [
    "an argument too many",
    ["get", "meshes", "a", "b"],
    2,
    "weft: too many arguments for 'get'. Expected 2 arguments but got 3.\n  fix    weft get --help shows how it is used\n",
  ],
  [
    "a missing required option",
    ["zone-token", "create"],
    2,
    "weft: required option '--zone <zone>' not specified\n  fix    weft zone-token create --help shows how it is used\n",
  ],
  [
    "an option without its value",
    ["get", "meshes", "-m"],
    2,
    "weft: option '-m, --mesh <mesh>' argument missing\n  fix    weft get --help shows how it is used\n",
  ],
  [
    "an output that is none",
    ["get", "meshes", "-o", "xml"],
    2,
    "weft: option '-o, --output <form>' argument 'xml' is invalid. Allowed choices are table, wide, json, yaml, name.\n  fix    weft get --help shows how it is used\n",
  ],
  [
    "an unknown type",
    ["get", "meshtimeut"],
    2,
    "weft: there is no type meshtimeut\n  fix    did you mean MeshTimeout?\n",
  ],
  ["a name and --all", ["get", "dataplanes", "web-1", "--all"], 2, "weft: --all and a name exclude each other\n"],
  [
    "two tokens",
    ["get", "meshes", ...there, "--token-file", "x"],
    2,
    "weft: --token and --token-file exclude each other\n",
  ],
  [
    "a URL without organisation",
    ["get", "meshes", "--url", "http://127.0.0.1:1"],
    2,
    "weft: the URL is not that of an organisation\n  where  http://127.0.0.1:1 (--url)\n  why    it must read https://host/o/NAME\n  fix    correct it\n",
  ],
  [
    "no token",
    ["get", "meshes", "--url", "http://127.0.0.1:1/o/demo"],
    3,
    "weft: there is no API token\n  where  http://127.0.0.1:1/o/demo (--url)\n  fix    --token-file FILE\n  fix    WEFT_TOKEN_FILE=FILE or WEFT_TOKEN=…\n  fix    weft config set-context NAME --url URL --token-file FILE\n",
  ],
  [
    "a token file that is absent",
    ["get", "meshes", "--url", "http://127.0.0.1:1/o/demo", "--token-file", "/nonexistent"],
    2,
    "weft: the token file of --token-file cannot be read\n  where  /nonexistent\n  why    there is no such file\n  fix    name a file that holds the token and nothing else\n",
  ],
  [
    "a Mesh deleted without --yes where nobody can be asked",
    ["delete", "mesh", "default", ...there],
    2,
    "weft: deleting a Mesh needs --yes where nobody can be asked\n  fix    add --yes\n",
  ],
  [
    "a tag that is none",
    ["dataplane-token", "create", "--tag", "web", ...there],
    2,
    "weft: --tag web is not key=value\n  fix    write --tag kuma.io/service=web\n",
  ],
  [
    "an unknown context",
    ["get", "meshes", "--context", "acme"],
    2,
    "weft: there is no context acme\n  where  --context\n  fix    weft config set-context acme --url https://host/o/NAME --token-file FILE\n",
  ],
  [
    "a context with a token",
    ["config", "set-context", "acme", "--url", "http://h/o/a", "--token", "t"],
    2,
    "weft: a context keeps the path of a token file, not a token\n  fix    write the token to a file of mode 0600 and pass --token-file\n",
  ],
  [
    "a port that is none",
    ["up", "--port", "70000"],
    2,
    "weft: --port 70000 is not a whole number from 0 to 65535\n  fix    give a number in that range\n",
  ],
  [
    "a proxy without relay",
    ["proxy", "run", "--token-file", "t", "--name", "web-1"],
    2,
    "weft: required option '--relay <url>' not specified\n  fix    weft proxy run --help shows how it is used\n",
  ],
  [
    "a proxy with a relay that is no URL",
    ["proxy", "run", "--relay", "relay", "--token-file", "t", "--name", "web-1"],
    2,
    "weft: --relay relay is no URL\n  fix    write --relay https://host:5678\n",
  ],
  [
    "a proxy without token",
    ["proxy", "run", "--relay", "https://h:1", "--name", "web-1"],
    2,
    "weft: a proxy joins with a token: --token-file is missing\n  fix    weft dataplane-token create --name NAME --out FILE makes one\n",
  ],
  [
    "a sample without token",
    ["sample", "--relay", "https://h:1", "--ca-cert-file", "ca.pem"],
    2,
    "weft: the sample joins with a token: --token-file is missing\n  fix    weft dataplane-token create --tag kuma.io/service=web,backend --out FILE makes one\n",
  ],
  [
    "a sample at a relay without TLS",
    ["sample", "--relay", "http://h:1", "--ca-cert-file", "ca.pem"],
    2,
    "weft: --relay http://h:1 is no address of a relay\n  fix    write --relay https://host:5678\n",
  ],
  [
    "why an ingress is as it is",
    ["inspect", "proxy", "in-1", "--type", "ingress", "--why", ...there],
    2,
    "weft: --why is of dataplanes: no policy of a mesh holds for ingress in-1\n",
  ],
  [
    "an egress of a mesh, inspected",
    ["inspect", "proxy", "out-1", "--type", "egress", "-m", "default", ...there],
    2,
    "weft: --mesh is for dataplanes: an egress belongs to a zone, and to no mesh\n  fix    leave out --mesh\n",
  ],
  [
    "an ingress without token",
    ["proxy", "run", "--type", "ingress", "--relay", "https://h:1", "--name", "in-1"],
    2,
    "weft: a proxy joins with a token: --token-file is missing\n  fix    weft zone-token create --zone ZONE --scope ingress --out FILE makes one\n",
  ],
  [
    "an egress of a mesh",
    [
      "proxy",
      "run",
      "--type",
      "egress",
      "--relay",
      "https://h:1",
      "--token-file",
      "/etc/hostname",
      "--mesh",
      "default",
    ],
    2,
    "weft: --mesh is for dataplanes: an egress belongs to a zone, and to no mesh\n  fix    leave out --mesh\n",
  ],
  [
    "an ingress that takes redirected traffic",
    [
      "proxy",
      "run",
      "--type",
      "ingress",
      "--name",
      "in-1",
      "--token-file",
      "t",
      "--relay",
      "https://h:1",
      "--transparent-proxy",
    ],
    2,
    "weft: --transparent-proxy is for dataplanes: an ingress belongs to a zone, and to no mesh\n  fix    leave out --transparent-proxy\n",
  ],
  [
    "an ingress that nothing names",
    ["proxy", "run", "--type", "ingress", "--relay", "https://h:1", "--token-file", "/etc/hostname"],
    2,
    "weft: it is not said which ingress to run\n  fix    pass --dataplane-file FILE, or --name of one that is stored\n",
  ],
  [
    "an ingress whose file is absent",
    [
      "proxy",
      "run",
      "--type",
      "ingress",
      "--relay",
      "https://h:1",
      "--token-file",
      "/etc/hostname",
      "--dataplane-file",
      "/nosuch",
    ],
    2,
    "weft: the ZoneIngress cannot be read\n  where  /nosuch\n  why    there is no such file\n  fix    name a YAML or JSON file with --dataplane-file, or - for standard input\n",
  ],
  [
    "a proxy of an unknown type",
    ["proxy", "run", "--type", "gateway", "--relay", "https://h:1"],
    2,
    "weft: option '--type <type>' argument 'gateway' is invalid. Allowed choices are dataplane, ingress, egress.\n  fix    weft proxy run --help shows how it is used\n",
  ],
  [
    "a proxy whose Dataplane is absent",
    ["proxy", "run", "--relay", "https://h:1", "--token-file", "/etc/hostname", "--dataplane-file", "/nosuch"],
    2,
    "weft: the Dataplane cannot be read\n  where  /nosuch\n  why    there is no such file\n  fix    name a YAML or JSON file with --dataplane-file, or - for standard input\n",
  ],
  [
    "a redirection to what is no port",
    ["install", "transparent-proxy", "--redirect-inbound-port", "0", "--redirect-dns", "yes"],
    2,
    "weft: the transparent proxy cannot be set up like this\n" +
      '  why    --redirect-inbound-port: "0" is not a port from 1 to 65535\n' +
      '         --redirect-dns: "yes" is not true or false\n' +
      "  fix    weft install transparent-proxy --help shows what each setting takes\n",
  ],
  [
    "a redirection for two users",
    ["install", "transparent-proxy", "--proxy-user", "a", "--kuma-dp-user", "b"],
    2,
    "weft: --proxy-user and --kuma-dp-user name two users\n  fix    give one of them\n",
  ],
  [
    "a removal that waits for no number",
    ["uninstall", "transparent-proxy", "--wait", "soon"],
    2,
    "weft: --wait soon is not a whole number from 0 to 3600\n  fix    give a number in that range\n",
  ],
  [
    "a relay without control plane",
    ["relay"],
    2,
    "weft: a relay needs its control plane: --control-plane is missing\n  fix    write --control-plane https://host (or WEFT_CONTROL_PLANE); weft zone create prints the whole command\n",
  ],
  [
    "a relay whose control plane is no URL",
    ["relay", "--control-plane", "weft.example.com"],
    2,
    "weft: --control-plane weft.example.com is no URL\n  fix    write --control-plane https://host (or WEFT_CONTROL_PLANE); weft zone create prints the whole command\n",
  ],
  [
    "a type of Kuma's that is not here",
    ["get", "meshidentities"],
    2,
    `weft: MeshIdentity is a type of Kuma's that Weft does not have yet
  fix    known: ${ALL_KINDS.slice(0, 12)
    .map(({ path }) => path)
    .join(", ")} and ${ALL_KINDS.length - 12} more; weft get --help lists all
`,
  ],
  [
    "a demo program that is none",
    ["demo-program", "db", "--port", "0"],
    2,
    "weft: there is no demo program db\n  fix    known: web, backend\n",
  ],
];

test.each(["traffic-permission", "TrafficPermissions", "mesh-http-route", "dp", "MESHTLSES"])(
  "%s means a type",
  (word) => expect(ALL_KINDS).toContain(kindOfWord(word)),
);

describe("wrong command lines", () => {
  test.each(WRONG)("%s", async (_, argv, code, err) => {
    const ran = await run(argv);
    expect(ran.err).toBe(err);
    expect(ran.code).toBe(code);
    expect(ran.out).toBe("");
  });

  test("a group without its second word shows the group's help on stderr", async () => {
    const ran = await run(["zone"]);
    expect(ran.code).toBe(2);
    expect(ran.out).toBe("");
    expect(ran.err).toContain("Create a zone and print the command that starts its relay");
    expect(ran.err).toMatch(/weft: weft zone needs another word\n {2}fix {4}weft zone --help lists them\n$/);
  });

  test("nothing that listens: exit 9, and the token of the command line is in no message", async () => {
    const url = `http://127.0.0.1:${await keptPort()}`;
    const ran = await run(["get", "meshes", "--url", `${url}/o/demo`, "--token", "weft_api_secret"]);
    expect(ran.code).toBe(9);
    expect(ran.err).toBe(
      `weft: Meshes could not be listed\n  where  ${url}/o/demo\n  why    The control plane at ${url} gave no answer\n` +
        "         nothing listens there (connection refused)\n" +
        "  fix    is the control plane running, and is the URL right? weft config show\n",
    );
    expect(ran.err + ran.out).not.toContain("weft_api_secret");
  });
});

test("what answers and is no control plane of Weft is told so: exit 9", async () => {
  const server = createHttpServer((_, answer) => void answer.setHeader("content-type", "application/json").end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const argv of [
    ["get", "meshes"],
    ["zone", "list"],
    ["token", "list"],
  ]) {
    const ran = await run([...argv, "--url", `${url}/o/demo`, "--token", "weft_api_secret"]);
    expect([ran.code, ran.out]).toEqual([9, ""]);
    expect(ran.err).toContain("\n         what answers there is no control plane of Weft (HTTP 200)\n");
  }
});

test("help of a command can be asked for by its words", async () => {
  const [asked, flag] = [await run(["help", "zone", "create"]), await run(["zone", "create", "--help"])];
  expect(asked).toEqual(flag);
  expect([asked.code, asked.out]).toEqual([0, expect.stringContaining("Usage: weft zone create")]);
});

describe("help", () => {
  test("paragraphs are broken by the terminal alone", async () => {
    const loaded = await Promise.all(COMMANDS.map(async (row) => (await row.load()).command.about ?? ""));
    expect(loaded.filter((about) => /[^\n]\n[^\n ]/.test(about))).toEqual([]);
  });

  test.each(COMMANDS.map(({ path, summary }) => [path, summary] as const))("weft %s --help", async (path, summary) => {
    const ran = await run([...path.split(" "), "--help"]);
    expect(ran.code).toBe(0);
    expect(ran.err).toBe("");
    expect(ran.out.replace(/\s+/g, " ")).toContain(summary);
    const examples = ran.out.split("Examples:\n")[1] ?? "";
    expect(examples.split("\n").filter((line) => line.includes(`weft ${path}`)).length).toBeGreaterThan(0);
  });

  test.each([
    ["into a pipe", undefined, 80],
    ["on a narrow screen", 80, 80],
    ["on a wide screen", 120, 120],
  ] as const)("options and arguments are wrapped %s", async (_, columns, width) => {
    const long: string[] = [];
    for (const { path } of COMMANDS) {
      const { out } = await run([...path.split(" "), "--help"], columns === undefined ? {} : { columns });
      const told = out.split("Examples:\n")[0]!.split("\n");
      long.push(...told.filter((line) => line.length > width && !line.startsWith("Usage:")));
    }
    expect(long).toEqual([]);
  });

  test("every group of the table is described", () => {
    const groups = COMMANDS.filter(({ path }) => path.includes(" ")).map(({ path }) => path.split(" ")[0]!);
    expect([...new Set(groups)].sort()).toEqual(Object.keys(GROUPS).sort());
  });

  test("lists every exit code, each once", async () => {
    const { out, code } = await run([]);
    expect(code).toBe(0);
    const codes = Object.values(EXIT_CODES).map((row) => row.code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const { code: number, meaning } of Object.values(EXIT_CODES)) expect(out).toContain(`${number}  ${meaning}`);
  });

  test("hidden commands and --token are not advertised", async () => {
    const { out } = await run(["--help"]);
    expect(out).not.toContain("demo-program");
    expect(out).not.toMatch(/--token </);
  });
});

test("version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(VERSION).toBe(version);
  const ran = await run(["version", "-o", "json"]);
  expect(JSON.parse(ran.out)).toMatchObject({ weft: version, kuma: "2.14.0" });
  const flag = await run(["--version"]);
  expect(flag).toEqual({ code: 0, out: (await run(["version"])).out, err: "" });
  expect(flag.out).toMatch(new RegExp(`^weft ${version} \\(Kuma 2\\.14\\.0's API, `));
});

test("the help of weft token create names every scope", async () => {
  const { out } = await run(["token", "create", "--help"]);
  const said = new Set(out.split(/[\s,;()]+/));
  expect(Object.keys(SCOPES).filter((scope) => !said.has(scope))).toEqual([]);
});

test("a list of types that would fill a screen is shortened, and weft get --help has all of them", async () => {
  const { code, err } = await run(["get", "xyzzyxyzzy", ...there]);
  expect(code).toBe(2);
  expect(err).toMatch(/known: zones, .* and \d+ more; weft get --help lists all\n$/);
  expect(err.length).toBeLessThan(320);
  const help = new Set((await run(["get", "--help"])).out.split(/[\s,.]+/));
  expect(ALL_KINDS.map(({ path }) => path).filter((path) => !help.has(path))).toEqual([]);
});
