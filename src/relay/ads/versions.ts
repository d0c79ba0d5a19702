// Versions of a proxy, as its Envoy's node says them: of the Envoy itself, and of the program that wrote its bootstrap.
import { canonical } from "#model/canonical.ts";
import type { Json } from "#model/json.ts";
import { MOST_DEPENDENCIES, MOST_VERSION_TEXT, type ProxyVersions } from "#model/proxy-version.ts";
import { NODE_METADATA } from "#relay/node-values.ts";

type Told = Readonly<Record<string, unknown>>;

/** The part of envoy.config.core.v3.Node as JSON that speaks of versions. */
export interface NodeAgent {
  readonly userAgentName?: string;
  readonly userAgentVersion?: string;
  readonly userAgentBuildVersion?: { readonly version?: Told; readonly metadata?: Told };
  /** `version` as kuma-dp 2.14 has its control plane write it: {kumaDp, envoy, dependencies}. */
  readonly metadata?: Readonly<Record<string, Json>>;
}

/** Undefined where it says nothing of itself. What runs counts: the node's own word goes before its bootstrap's. */
export function versionsOf(node: NodeAgent): ProxyVersions | undefined {
  const { metadata = {} } = node;
  const said = recordOf(metadata.version);
  const dp = recordOf(said.kumaDp);
  const instance = metadata[NODE_METADATA.instance];
  const version = textOf(dp.version);
  const envoy = envoyOf(node, recordOf(said.envoy));
  if (version === "" && envoy.version === "") return undefined;
  return shared({
    program: {
      name: version === "" ? "" : typeof instance === "string" && instance !== "" ? "weft" : "kuma-dp",
      version,
      gitTag: textOf(dp.gitTag),
      gitCommit: textOf(dp.gitCommit),
      buildDate: textOf(dp.buildDate),
    },
    envoy,
    dependencies: Object.fromEntries(
      Object.entries(recordOf(said.dependencies))
        .slice(0, MOST_DEPENDENCIES)
        .map(([name, value]) => [textOf(name), textOf(value)]),
    ),
  });
}

function envoyOf(
  { userAgentName, userAgentBuildVersion: built, userAgentVersion }: NodeAgent,
  said: Told,
): ProxyVersions["envoy"] {
  const bootstrap = { version: textOf(said.version), build: textOf(said.build) };
  if (userAgentName !== "envoy") return bootstrap;
  if (built === undefined) {
    const version = textOf(userAgentVersion);
    return version === "" || version === bootstrap.version ? bootstrap : { version, build: "" };
  }
  const { majorNumber = 0, minorNumber = 0, patch = 0 } = built.version ?? {};
  const of = (name: string): string => textOf(built.metadata?.[name]);
  const label = of("build.label");
  const version = textOf(`${majorNumber}.${minorNumber}.${patch}${label === "" ? "" : `-${label}`}`);
  if (version === bootstrap.version && bootstrap.build !== "") return bootstrap;
  if (of("revision.sha") === "") return { version, build: "" };
  // As `envoy --version` prints it.
  const parts = [of("revision.sha"), version, of("revision.status"), of("build.type"), of("ssl.version")];
  return { version, build: textOf(parts.join("/")) };
}

const MOST_KNOWN = 1000;
const known = new Map<string, ProxyVersions>();

/** One value for all proxies that are alike, which outlive their streams' requests. */
function shared(versions: ProxyVersions): ProxyVersions {
  const key = canonical(versions as unknown as Json);
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, versions);
  return versions;
}

function recordOf(value: unknown): Told {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Told) : {};
}

/** What people can read of it, and no more. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value.replace(/[^\x20-\x7e]/g, "").slice(0, MOST_VERSION_TEXT) : "";
}
