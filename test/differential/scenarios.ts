// What is asked of both control planes: every golden scenario, every case of a policy and a few worlds, and why some are left out.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments } from "yaml";
import { kindOfType } from "#model/kinds.ts";
import { type Case, casesOf, SUBJECTS } from "#test/xds/case.ts";
import { GOLDEN, SCENARIOS } from "#test/xds/scenario.ts";
import { type Given, worldYaml } from "#test/xds/world.ts";
import { zoneIn } from "./heard.ts";
import { KUMA_ZONE } from "./kuma.ts";

export interface Scenario {
  /** `mesh-timeout`, or `golden`: names the file of its recorded answer. */
  readonly subject: string;
  readonly name: string;
  /** In which it is asked, by both; another where its resources are others. */
  readonly mesh: string;
  /** The Mesh first, without default policies. */
  readonly resources: readonly Given[];
  /** It has what is of no mesh, or what a control plane makes in the background: it is asked of one that has nothing else. */
  readonly apart: boolean;
}

const OLDER =
  "an older policy: in Kuma it acts beside a TrafficRoute alone, here always; test/match/legacy has the oracle";

/** Subjects that Kuma has nothing to compare with, each with its reason. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  timeout: OLDER,
  retry: OLDER,
  "circuit-breaker": OLDER,
  "health-check": OLDER,
  "rate-limit": OLDER,
  "fault-injection": OLDER,
  "traffic-log": OLDER,
  "traffic-trace": OLDER,
  "traffic-route": OLDER,
  "mesh-jwt": "a kind that Kuma does not have",
};

const WORLDS = fileURLToPath(new URL("world/", import.meta.url));
const WORLD_SUBJECTS = readdirSync(WORLDS).map((file) => file.replace(/\.yaml$/, ""));

/** Its virtual addresses are given in the background. */
const isRedirected = ({ networking }: Given): boolean =>
  (networking as { readonly transparentProxying?: object } | undefined)?.transparentProxying !== undefined;

const parsed = (yaml: string): Given[] => parseAllDocuments(yaml).map((document) => document.toJS() as Given);

function scenario(subject: string, name: string, resources: readonly Given[]): Scenario {
  const order = (type: string): number => ["Mesh", "Secret"].indexOf(type);
  const rank = ({ type }: Given): number => (order(type) === -1 ? 2 : order(type));
  const mesh = `dm-${createHash("sha256")
    .update(JSON.stringify([subject, name, resources]))
    .digest("hex")
    .slice(0, 12)}`;
  const isGlobal = ({ type }: Given): boolean => kindOfType(type)?.scope === "Global";
  const inMesh = (one: Given): Given => {
    if (one.type === "Mesh") return { ...one, name: mesh, skipCreatingInitialPolicies: ["*"] };
    return isGlobal(one) ? one : { ...one, mesh };
  };
  const apart = resources.some((one) => (one.type !== "Mesh" && isGlobal(one)) || isRedirected(one));
  return { subject, name, mesh, apart, resources: [...resources].sort((a, b) => rank(a) - rank(b)).map(inMesh) };
}

const golden = SCENARIOS.map((name) =>
  scenario("golden", name, parsed(readFileSync(join(GOLDEN, name, "given.yaml"), "utf8"))),
);
const cases = SUBJECTS.filter((subject) => !(subject in LEFT_OUT)).flatMap((subject) =>
  casesOf(subject).map(({ shows, world = "plain", given }) =>
    scenario(subject, shows, parsed(worldYaml(world, given))),
  ),
);

const worlds = WORLD_SUBJECTS.flatMap((subject) =>
  (parse(readFileSync(join(WORLDS, `${subject}.yaml`), "utf8")) as Case[]).map(({ shows, given }) =>
    scenario(subject, shows, given),
  ),
);

/** What a global control plane would have to tell in more than an ingress's words, and the oracle is by itself. */
const isToldByGlobal = ({ resources }: Scenario): boolean =>
  resources.some((one) => one.type === "MeshService" && zoneIn(one) !== KUMA_ZONE);

export const ALL_SCENARIOS: readonly Scenario[] = [...golden, ...cases, ...worlds].filter(
  (one) => !isToldByGlobal(one),
);
