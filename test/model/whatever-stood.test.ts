// Faults of shape and faults of rules are told together, and no rule speaks of what the shape refuses.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { judgeOf } from "#model/judges.ts";
import { kindOfType } from "#model/kinds.ts";
import { shapeViolations } from "#model/shape-violation.ts";
import { under, type Violation } from "#model/violation.ts";
import { fromWire } from "#model/wire.ts";
import { blocksOf, DOCUMENTS } from "#test/documents.ts";
import { REFUSALS } from "./violations.ts";

interface Body {
  readonly type: string;
  readonly name: string;
  readonly [member: string]: unknown;
}

function told(body: Body): readonly string[] {
  const kind = kindOfType(body.type);
  if (kind === undefined) throw new TypeError(`no kind ${body.type}`);
  const mesh = kind.scope === "Mesh" ? String(body.mesh ?? "default") : "";
  return (fromWire(kind, body, { mesh, name: body.name }).violations ?? []).map(textOf);
}

const textOf = ({ field, reason }: Violation): string => `${field}: ${reason}`;

const jwt = (spec: object): Body => ({ type: "MeshJWT", mesh: "default", name: "tokens", spec });

test.each([
  [
    "of a provider, each",
    jwt({
      targetRef: { kind: "Dataplane", labels: 7 },
      rules: [
        {
          default: {
            providers: [
              { name: "NOT good", issuer: 7, jwks: { inline: "{}" } },
              { name: "idp", jwks: {}, clockSkew: "0.5s", more: 1 },
              { name: "idp", jwks: { remote: { uri: "ftp://keys", timeout: "0s", cacheDuration: "soon" } } },
            ],
            mode: "Perhaps",
          },
        },
      ],
      to: [],
    }),
    [
      "spec.rules[0].default.mode: in body should be one of [Required Optional]",
      'spec.rules[0].default.providers[0].issuer: in body must be of type string: "number"',
      expect.stringMatching(/^spec\.rules\[0\]\.default\.providers\[0\]\.jwks\.inline: /),
      "spec.rules[0].default.providers[0].name: must be lower case letters, digits, '-' and '.'",
      "spec.rules[0].default.providers[1].clockSkew: must be whole seconds, at least 1s",
      "spec.rules[0].default.providers[1].jwks: must have exactly one defined: remote, inline",
      "spec.rules[0].default.providers[1].more: unknown field",
      expect.stringMatching(
        /^spec\.rules\[0\]\.default\.providers\[2\]\.jwks\.remote\.cacheDuration: must be a duration/,
      ),
      "spec.rules[0].default.providers[2].jwks.remote.timeout: must be greater than zero when defined",
      expect.stringMatching(/^spec\.rules\[0\]\.default\.providers\[2\]\.jwks\.remote\.uri: /),
      'spec.rules[0].default.providers[2].name: "idp" is already used for another provider',
      'spec.targetRef.labels: in body must be of type object: "number"',
      "spec.to: unknown field",
    ],
  ],
  [
    "what a rule reads is wrong: it says nothing",
    jwt({ rules: [{ default: { providers: [{ name: "idp", jwks: { remote: 7, inline: 7 } }, { name: 7 }] } }] }),
    [
      'spec.rules[0].default.providers[0].jwks.inline: in body must be of type string: "number"',
      'spec.rules[0].default.providers[0].jwks.remote: in body must be of type object: "number"',
      "spec.rules[0].default.providers[1].jwks: in body is required",
      'spec.rules[0].default.providers[1].name: in body must be of type string: "number"',
    ],
  ],
  [
    "a name that is unknown may be another's misspelt: what lacks beside it is not told",
    jwt({ too: [], rules: [{ default: { providers: [{ name: "Idp", jwks: { inlin: "{}" } }] } }] }),
    [
      "spec.rules[0].default.providers[0].jwks.inlin: unknown field",
      "spec.rules[0].default.providers[0].name: must be lower case letters, digits, '-' and '.'",
      "spec.too: unknown field",
    ],
  ],
  ["nothing is said of what may be there", jwt({ rule: [] }), ["spec.rule: unknown field"]],
])("faults of shape and of rules come together: %s", (_, body, wanted) => {
  expect([...told(body)].sort()).toEqual(wanted);
});

test("a large body is told of its shape alone", () => {
  const many = (count: number): readonly string[] => {
    const providers = Array.from({ length: count }, () => ({ name: "Idp", jwks: { inline: 7 } }));
    return told(
      jwt({ rules: [{ default: { providers: [...providers.slice(0, 1), { name: "UP" }] } }], more: providers }),
    );
  };
  const name = "spec.rules[0].default.providers[1].name: must be lower case letters, digits, '-' and '.'";
  expect([many(10), many(2_000)].map((all) => all.includes(name))).toEqual([true, false]);
});

/** Bodies of the documents, and what Kuma refuses. */
const BODIES: readonly Body[] = [...documented(), ...REFUSALS.map(refused), ...answered()];

function documented(): readonly Body[] {
  return DOCUMENTS.flatMap((path) => blocksOf(path, "yaml"))
    .flatMap((block) => parseAllDocuments(block))
    .filter((document) => document.errors.length === 0)
    .map((document) => document.toJS() as Body)
    .filter((body) => kindOfType(body?.type) !== undefined && typeof body.name === "string");
}

function refused({ type, name, body }: { readonly type: string; readonly name: string; readonly body: object }): Body {
  const kind = kindOfType(type);
  const mesh = kind?.scope === "Mesh" ? { mesh: "default" } : {};
  return kind?.envelope === "spec" ? { type, ...mesh, name, spec: body } : { type, ...mesh, name, ...body };
}

function answered(): readonly Body[] {
  return ["policy", "kind"].flatMap((folder) => {
    const place = join(import.meta.dirname, folder);
    return readdirSync(place)
      .filter((file) => file.endsWith(".refused.json"))
      .flatMap((file) => {
        const type = file.replace(".refused.json", "").replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());
        const rows = JSON.parse(readFileSync(join(place, file), "utf8")) as { readonly spec: object }[];
        return rows.map(({ spec }) =>
          refused({
            type: type.replace("Http", "HTTP").replace("Tcp", "TCP").replace("Tls", "TLS"),
            name: "one",
            body: spec,
          }),
        );
      });
  });
}

/** None of them is what a rule could want, so no rule is broken where the shape is not. */
const WRONG: readonly unknown[] = [7, "?!", true, [7]];

type Steps = readonly (string | number)[];

function* placesOf(value: unknown, steps: Steps = []): Generator<Steps> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const at = [...steps, Array.isArray(value) ? Number(key) : key];
    yield at;
    yield* placesOf(member, at);
  }
}

function withWrong(body: Body, steps: Steps, wrong: unknown): Body {
  const copy = structuredClone(body) as Record<string, unknown>;
  let at = copy as Record<string | number, unknown>;
  for (const step of steps.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  at[steps.at(-1) as string] = wrong;
  return copy as unknown as Body;
}

/** What the shape alone says of it. */
function ofShape(body: Body): readonly string[] {
  const kind = kindOfType(body.type);
  if (kind === undefined) return [];
  const parsed = judgeOf(kind).shape.safeParse(body.spec);
  return parsed.success ? [] : under("spec", shapeViolations(parsed.error.issues, body.spec)).map(textOf);
}

describe("a value of another type in any place of a body", () => {
  const types = [...new Set(BODIES.map(({ type }) => type))].filter((type) => kindOfType(type)?.envelope === "spec");
  test.each(types)("of %s brings no violation but the shape's", (type) => {
    const wrongly: string[] = [];
    let broken = 0;
    for (const body of BODIES.filter((one) => one.type === type)) {
      if (ofShape(body).length > 0) continue;
      const before = told(body);
      for (const steps of placesOf(body.spec, ["spec"])) {
        for (const wrong of WRONG) {
          const after = withWrong(body, steps, wrong);
          const shape = ofShape(after);
          if (shape.length === 0) continue;
          broken++;
          const more = told(after).filter((text) => !shape.includes(text) && !before.includes(text));
          if (more.length > 0) wrongly.push(`${JSON.stringify(after)}: ${more.join("; ")}`);
        }
      }
    }
    expect(broken).toBeGreaterThan(0);
    expect(wrongly.slice(0, 5)).toEqual([]);
  });
});
