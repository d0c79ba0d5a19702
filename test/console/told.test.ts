// What the control plane says in English is said in Chinese: every sentence of the checks, each with what fills it, and none that nobody says.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { LANGUAGES } from "#console/text/say.ts";
import { teller } from "#console/text/told.ts";
import { sentencesOf } from "#test/sentence.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Whose sentences people read in forms and in the editor: all of them have one. */
const CHECKS = ["model", "match", "compile", "xds"];
/** And those of use cases, nearly all. */
const USE_CASES = [
  ...["change", "auth"].map((file) => `app/${file}.ts`),
  ...["guard", "join-note", "member", "rule", "plan"].map((folder) => `control/${folder}`),
  ...[
    ...["put", "prune", "resources"].map((file) => `draft/${file}`),
    ...["rollback", "owner", "range"].map((file) => `rollback/${file}`),
    ...["secret/named-key", "token/tokens", "organisations"],
  ].map((file) => `control/${file}.ts`),
  ...["webhook/receiver", "webhook/webhooks", "token/dataplane-tokens"].map((file) => `control/${file}.ts`),
  ...["passkey", "passkey-entry", "passkey-place", "passkey-challenge", "own-account", "person"].map(
    (file) => `app/${file}.ts`,
  ),
  ...["trust/passkey", "store/passkeys.ts", "account/refusal.ts", "account/limit.ts"],
  ...["api/check.ts", "api/json-text.ts", "store/commit.ts", "store/limit.ts", "store/relays.ts", "store/members.ts"],
  ...["trust/token.ts", "trust/dataplane-token.ts", "trust/zone-token.ts", "trust/provided.ts", "trust/scope.ts"],
];
/** Of a hundred. */
const FEW = 10;
/** What these say is for logs and commands, the console has texts of its own for it, or Envoy reads it. */
const ELSEWHERE = [
  ...[
    "model/audit/",
    "model/webhook/",
    "model/scope-name.ts",
    "model/sign-in.ts",
    "model/role-name.ts",
    "model/json-diff.ts",
    "model/default-generators.ts",
  ],
  ...["compile/effect/", "xds/http-filters.ts", "xds/network-filters.ts", "xds/external-cluster.ts"],
  ...["xds/destination.ts", "xds/policy/mesh-access-log-format.ts", "xds/policy/mesh-access-log.ts"],
  "xds/policy/mesh-passthrough-chain.ts",
];
/** Pieces of sentences, names, and what is written down for operators alone. */
const UNSAID = [
  ...[" of the mesh {0}", " of the namespace {0}", "; or ", "{0} spec.rules[{1}].default.deny[{2}]"],
  ...['{{ label "key" }}', "grpc, http, http2, kafka, tcp", '"move", "copy"', '"add", "replace"', "clientId {0}"],
  ...[
    "ChangeControl {0}",
    "plan {0}",
    "token {0}",
    "relay {0}",
    "webhook {0}",
    "organisation {0}",
    "a join was not noted",
  ],
  ...["would be a new fault: ", "would be mended: ", "jsonPatches[{0}]: {1}", "{0} of relay {1}/{2}"],
  "Event numbers only rise and come from enrolled relays: {0} is not new.",
];
/** Of several pieces or of a plural: no source has them as one. */
const JOINED = [
  ...["proxy", "proxies", "Envoy", "Envoys", "proxy has", "proxies have", "part that is", "parts that are"],
  ...["proxy's certificate", "proxies' certificates", "CA", "CAs", "issuer", "issuers"],
  ...["ingress or egress", "ingresses and egresses"],
]
  .map((word) => `{0} ${word}`)
  .concat("of mesh {0} in zone {1}", "must have at least {0} characters")
  .concat("must have at most {0} items", "must have at least {0} items");

/** The words of the library that reads YAML. */
const YAML = readdirSync(join(root, "node_modules/yaml/dist"), { recursive: true, encoding: "utf8" })
  .filter((file) => /^(compose|parse|doc)\/.*\.js$/.test(file))
  .map((file) => readFileSync(join(root, "node_modules/yaml/dist", file), "utf8"))
  .join("\n");
const isYaml = (text: string): boolean =>
  text.split(/\{\d+\}/).every((piece) => YAML.includes(piece) || YAML.includes(piece.replaceAll("'", "\\'")));

const QUERY = /^(SELECT|INSERT|UPDATE|DELETE) /;
const isTitle = (text: string): boolean => text.split(" ").every((word) => /^[A-Z]/.test(word));
const placesOf = (text: string): readonly string[] => [...text.matchAll(/\{\d+\}/g)].map(([place]) => place);
const filled = (text: string): string => text.replaceAll(/\{(\d+)\}/g, (_, place) => `<${place}>`);

describe.each(Object.keys(LANGUAGES).filter((language) => language !== "en"))("%s", (language) => {
  const sentences: Readonly<Record<string, string>> = JSON.parse(
    readFileSync(join(root, `src/console/text/told.${language}.json`), "utf8"),
  );
  const tell = teller(sentences);

  const saidIn = (paths: readonly string[]): readonly string[] => [
    ...new Set(
      paths.flatMap((path) =>
        [...sentencesOf(path)]
          .filter(([, files]) => !files.every((file) => ELSEWHERE.some((one) => file.startsWith(one))))
          .map(([text]) => text)
          .filter((text) => !isTitle(text) && !QUERY.test(text) && !UNSAID.includes(text)),
      ),
    ),
  ];
  const missingIn = (said: readonly string[]): readonly string[] =>
    said.filter((text) => !Object.hasOwn(sentences, text));

  test("has every sentence of what is checked", () => {
    expect(missingIn(saidIn(CHECKS))).toEqual([]);
  });

  test("has nearly every sentence of the use cases", () => {
    const said = saidIn(USE_CASES);
    const missing = missingIn(said);
    expect(missing.length * 100, missing.join("\n")).toBeLessThan(said.length * FEW);
  });

  test("has hardly any that nobody says", () => {
    const said = new Set(
      ["model", "match", "compile", "xds", "control", "app", "api", "trust", "store", "account"].flatMap((floor) => [
        ...sentencesOf(floor).keys(),
      ]),
    );
    const stale = Object.keys(sentences).filter((text) => !said.has(text) && !JOINED.includes(text) && !isYaml(text));
    expect(stale.length * 100, stale.join("\n")).toBeLessThan(Object.keys(sentences).length * FEW);
  });

  test("says each by its own sentence, with what fills it", () => {
    for (const [english, said] of Object.entries(sentences)) {
      expect(tell(filled(english)), english).toBe(filled(said));
      expect(placesOf(english), said).toEqual(expect.arrayContaining([...placesOf(said)]));
    }
  });

  test("keeps places together that nothing parts", () => {
    for (const [english, said] of Object.entries(sentences)) {
      for (const [joined] of english.matchAll(/(\{\d+\}){2,}/g)) expect(said, english).toContain(joined);
    }
  });

  test("leaves nothing in English, and is sorted", () => {
    const same = Object.keys(sentences).filter((english) => !/[\u4e00-\u9fff]/.test(sentences[english] ?? ""));
    expect(same).toEqual([]);
    expect(Object.keys(sentences)).toEqual(Object.keys(sentences).sort());
  });
});

test("what fills a place is said too, where it is a sentence", () => {
  const tell = teller({
    "must be at most {0}": "最大为 {0}",
    "{0}; the field is left out": "{0}；该字段被略去",
    "must be set": "必须设置",
  });
  expect(tell("must be at most 5; the field is left out")).toBe("最大为 5；该字段被略去");
  expect(tell("must be set; the field is left out")).toBe("必须设置；该字段被略去");
  expect(tell("my words; the field is left out")).toBe("my words；该字段被略去");
});

test("somebody's own text is left as it is: long, odd, or that of an object's members", () => {
  const tell = teller({ "must be {0}": "必须是 {0}", "a {0} b": "甲 {0} 乙" });
  for (const text of ["", "constructor", "__proto__", "toString", `must be ${"x".repeat(5_000)}`, "(a|b) [c] {0}"]) {
    expect(tell(text)).toBe(text);
  }
  expect(tell("must be $& {0} $1")).toBe("必须是 $& {0} $1");
  expect(tell("a line\nanother b")).toBe("甲 line\nanother 乙");
});
