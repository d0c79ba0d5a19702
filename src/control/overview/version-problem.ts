// Problems of versions: proxies that are older than the release supports, and meshes whose Envoys differ. Pure.
import { compareVersions, OLDEST_ENVOY } from "#model/proxy-version.ts";
import type { Census, VersionCensus } from "./census.ts";
import { type Problem, problem } from "./problem.ts";
import { counted } from "./standing-problem.ts";

/** Versions in one text. */
const NAMED = 5;

/** Of each mesh one that says what is too old, and one that says that versions differ; of zones' ingresses and egresses the first. */
export function versionProblems({ versions }: Census): readonly Problem[] {
  return [...versions].flatMap(([mesh, census]) => [...oldProblems(mesh, census), ...differProblems(mesh, census)]);
}

function oldProblems(mesh: string, { old }: VersionCensus): readonly Problem[] {
  const found = [...old.values()];
  return (["envoy", "program"] as const).flatMap((part) => {
    const own = found.filter((one) => one.part === part).sort((a, b) => compareVersions(a.version, b.version));
    const [first] = own;
    if (first === undefined) return [];
    const count = own.reduce((sum, one) => sum + one.count, 0);
    const who =
      mesh === ""
        ? counted(count, "ingress or egress", "ingresses and egresses")
        : `${counted(count, "proxy", "proxies")} of mesh ${mesh}`;
    const named = listOf(own.map(({ version }) => version));
    const text =
      part === "envoy"
        ? `An Envoy older than ${OLDEST_ENVOY}, the oldest that is supported, is run by ${who}: ${named}`
        : `A kuma-dp that is not supported runs ${who}: ${named}`;
    const about = mesh === "" ? { name: first.name } : { type: "Dataplane", mesh, name: first.name };
    return [problem("proxy.outdated", text, about, { count })];
  });
}

function differProblems(mesh: string, { envoys }: VersionCensus): readonly Problem[] {
  if (mesh === "" || envoys.size < 2) return [];
  const versions = [...envoys.keys()].sort(compareVersions);
  const count = [...envoys.values()].reduce((sum, one) => sum + one, 0);
  const text = `The proxies of mesh ${mesh} run ${versions.length} versions of Envoy: ${listOf(versions)}`;
  return [problem("proxy.versions", text, { type: "Dataplane", mesh }, { count })];
}

function listOf(versions: readonly string[]): string {
  const more = versions.length > NAMED ? ` and ${versions.length - NAMED} more` : "";
  return `${versions.slice(0, NAMED).join(", ")}${more}`;
}
