// Measures: a full compile of 1,000 services × 3 instances, and one endpoint edit after it, beside bare JSON of the same size.
import { hash } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type CompileMemo, compile } from "#compile/compile.ts";
import type { Digest } from "#model/json.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { canonical } from "#snapshot/canonical.ts";
import { openedOf } from "#snapshot/opened.ts";
import { entriesOf } from "#snapshot/template.ts";

const SERVICES = 1_000;
const INSTANCES = 3;
/** Three million outbounds take seconds and warm up by themselves. */
const RUNS = { few: { warmUp: 10, runs: 15 }, all: { warmUp: 0, runs: 1 } } as const;

const sha256: Digest = (text) => hash("sha256", text, "base64url");

type Dataplane = Resource<SpecOf<"Dataplane">>;

/** Each dataplane calls the next `reach` services. Objects are made anew, so nothing is known of them. */
function viewOf(reach: number): View {
  const Dataplane: Dataplane[] = [];
  for (let service = 0; service < SERVICES; service++) {
    for (let instance = 0; instance < INSTANCES; instance++) Dataplane.push(dataplaneOf(service, instance, reach, 10));
  }
  Dataplane.sort((a, b) => (a.name < b.name ? -1 : 1));
  const mesh = {
    ...meta("Mesh", "", "default"),
    spec: { mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] } },
  } as Resource<SpecOf<"Mesh">>;
  const timeout = {
    targetRef: { kind: "Mesh", proxyTypes: ["Sidecar"] },
    to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "5s", http: { requestTimeout: "15s" } } }],
    from: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "10s", idleTimeout: "2h" } }],
  };
  const permission = {
    targetRef: { kind: "Mesh" },
    from: [{ targetRef: { kind: "Mesh" }, default: { action: "Allow" } }],
  };
  return {
    mesh,
    resources: {
      Dataplane,
      MeshTimeout: [{ ...meta("MeshTimeout", "default", "timeout"), spec: timeout }],
      MeshTrafficPermission: [{ ...meta("MeshTrafficPermission", "default", "permission"), spec: permission }],
    },
    bundle: ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
    departed: [],
  };
}

function dataplaneOf(service: number, instance: number, reach: number, octet: number): Dataplane {
  const outbound = Array.from({ length: reach }, (_, at) => ({
    port: 10_000 + ((service + at + 1) % SERVICES),
    tags: { "kuma.io/service": `service-${(service + at + 1) % SERVICES}` },
  }));
  const inbound = [
    {
      port: 8080,
      servicePort: 18_080,
      // As a control plane stores them: sorted, with the zone among them.
      tags: {
        "kuma.io/protocol": "http",
        "kuma.io/service": `service-${service}`,
        "kuma.io/zone": "east",
        version: "v1",
      },
    },
  ];
  return {
    ...meta("Dataplane", "default", `service-${service}-${instance}`),
    spec: { networking: { address: `${octet}.${service >> 8}.${service & 255}.${instance + 1}`, inbound, outbound } },
  };
}

function meta(type: string, mesh: string, name: string): Omit<Resource, "spec"> {
  const labels: Record<string, string> =
    type === "Mesh" ? {} : { "kuma.io/origin": "zone", "kuma.io/zone": "east", "kuma.io/mesh": mesh };
  return { type, mesh, name, labels, creationTime: "", modificationTime: "" };
}

/** The view with one instance of a service at another address; all other resources keep their identity. */
function edited(view: View, round: number): View {
  const all = view.resources.Dataplane as readonly Dataplane[];
  const at = (round * 37) % all.length;
  const old = all[at] as Dataplane;
  const networking = { ...old.spec.networking, address: `11.0.0.${(round % 250) + 1}` };
  const Dataplane = [...all];
  Dataplane[at] = { ...old, spec: { ...old.spec, networking } };
  return { ...view, resources: { ...view.resources, Dataplane } };
}

/** Bare building and writing of 1,000 TLS clusters: what any control plane in this language must at least spend. */
function reference(): number {
  const clusters = Array.from({ length: SERVICES }, (_, at) => ({
    name: `service-${at}`,
    type: "EDS",
    edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: "V3" } },
    connectTimeout: "5s",
    transportSocket: {
      name: "envoy.transport_sockets.tls",
      typedConfig: {
        "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        commonTlsContext: {
          alpnProtocols: ["kuma"],
          tlsCertificateSdsSecretConfigs: [
            { name: "identity_cert:secret:default", sdsConfig: { ads: {}, resourceApiVersion: "V3" } },
          ],
          combinedValidationContext: {
            defaultValidationContext: {
              matchTypedSubjectAltNames: [{ sanType: "URI", matcher: { exact: `spiffe://default/service-${at}` } }],
            },
            validationContextSdsSecretConfig: {
              name: "mesh_ca:secret:default",
              sdsConfig: { ads: {}, resourceApiVersion: "V3" },
            },
          },
        },
        sni: `service-${at}{mesh=default}`,
      },
    },
  }));
  return JSON.stringify(clusters).length;
}

setFlagsFromString("--expose-gc");
/** A view is read long before it is compiled: what made it is no part of the compile, nor is moving it out of young memory. */
const collect = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;
const settle = (): void => {
  // Twice, because an object is promoted at its second survival; a full collection would throw away compiled code too.
  collect({ type: "minor" });
  collect({ type: "minor" });
};

/** CPU milliseconds of one call, user and system. */
function cpu(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function measured(make: () => () => void, warmUp: number, runs: number): number {
  const times: number[] = [];
  for (let run = 0; run < warmUp + runs; run++) {
    const work = make();
    settle();
    const time = cpu(work);
    if (run >= warmUp) times.push(time);
  }
  return median(times);
}

const round2 = (value: number): number => Math.round(value * 100) / 100;

function fullCompile(reach: number, referenceMs: number): Record<string, unknown> {
  const { warmUp, runs } = reach === SERVICES ? RUNS.all : RUNS.few;
  let compiled: ReturnType<typeof compile> | undefined;
  const make = () => {
    const view = viewOf(reach);
    return () => {
      compiled = compile({ zone: "east", views: [view] }, sha256);
    };
  };
  const cpuMs = measured(make, warmUp, runs);
  if (compiled === undefined) throw new Error("nothing was compiled");
  const { snapshot } = compiled;
  const { groups, templates, endpointSets } = openedOf(snapshot);
  const { filled, most, proxies } = fillings(snapshot);
  return {
    measure: "full-compile",
    services: SERVICES,
    instances: INSTANCES,
    outbounds: reach,
    cpu_ms: round2(cpuMs),
    resources: groups.size + templates.size + endpointSets.size,
    templates: templates.size,
    groups: groups.size,
    endpoint_sets: endpointSets.size,
    filled,
    proxies,
    bindings_per_proxy: most,
    bytes: [...snapshot.blobs.values()].reduce((sum, text) => sum + text.length, 0),
    reference: { what: "build and stringify 1,000 TLS clusters", cpu_ms: round2(referenceMs) },
    ratio: round2(cpuMs / referenceMs),
  };
}

/** Distinct fillings that a relay encodes, and the most bindings that a proxy has. */
function fillings(snapshot: Parameters<typeof openedOf>[0]): { filled: number; most: number; proxies: number } {
  const { sections, groups, templates } = openedOf(snapshot);
  const filled = new Set<string>();
  const done = new Set<string>();
  let most = 0;
  let proxies = 0;
  for (const { name, rows } of sections.values()) {
    if (name.kind !== "proxies") continue;
    for (const entry of rows.values()) {
      if (typeof entry === "string") continue;
      proxies++;
      most = Math.max(most, entry.groups.length);
      for (const [hash, own] of entry.groups) {
        if (Object.keys(own).length === 0 && done.has(hash)) continue;
        done.add(hash);
        for (const [template, bindings] of entriesOf(groups.get(hash) ?? [])) {
          const holes = templates.get(template)?.holes ?? [];
          filled.add(
            canonical([template, Object.fromEntries(holes.map((hole) => [hole, bindings[hole] ?? own[hole] ?? null]))]),
          );
        }
      }
    }
  }
  return { filled: filled.size, most, proxies };
}

function endpointEdit(reach: number, referenceMs: number): Record<string, unknown> {
  const { warmUp, runs } = RUNS.few;
  let view = viewOf(reach);
  let memo: CompileMemo = compile({ zone: "east", views: [view] }, sha256).memo;
  let round = 0;
  let version = "";
  const cpuMs = measured(
    () => {
      view = edited(view, ++round);
      return () => {
        const compiled = compile({ zone: "east", views: [view] }, sha256, memo);
        memo = compiled.memo;
        version = compiled.snapshot.version;
      };
    },
    warmUp * 3,
    runs * 2,
  );
  const equal = compile({ zone: "east", views: [view] }, sha256).snapshot.version === version;
  if (!equal) throw new Error("the incremental compile differs from the full one");
  return {
    measure: "endpoint-edit",
    services: SERVICES,
    instances: INSTANCES,
    outbounds: reach,
    cpu_ms: round2(cpuMs),
    equals_full: equal,
    reference: { what: "build and stringify 1,000 TLS clusters", cpu_ms: round2(referenceMs) },
    ratio: round2(cpuMs / referenceMs),
  };
}

/** Records of both measures for dataplanes that call 10 services, and of a full compile where each calls all. */
export async function run(): Promise<Record<string, unknown>[]> {
  let length = 0;
  const referenceMs = measured(
    () => () => {
      length += reference();
    },
    RUNS.few.warmUp,
    RUNS.few.runs,
  );
  if (length === 0) throw new Error("the reference wrote nothing");
  return [fullCompile(10, referenceMs), endpointEdit(10, referenceMs), fullCompile(SERVICES, referenceMs)];
}
