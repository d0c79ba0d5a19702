// The same dataplanes at a stock kuma-cp and at Weft: the MeshServices of the zone are the same but for what is meant.
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSeenIn, type ServiceAddress } from "#model/hostnames.ts";
import { type Running, startControlPlane } from "#test/app/control-plane.ts";
import { createOrganisation, type Organisation } from "#test/app/subject.ts";
import { until } from "#test/child.ts";
import { KUMA_ZONE, type Kuma, startKuma } from "./kuma.ts";

const kumaCp = process.env.WEFT_KUMA_CP ?? "";

const MESH = {
  type: "Mesh",
  name: "default",
  meshServices: { mode: "Everywhere" },
  skipCreatingInitialPolicies: ["*"],
};
const OWN = {
  type: "MeshService",
  mesh: "default",
  name: "own",
  spec: {
    selector: { dataplaneTags: { "kuma.io/service": "own" } },
    ports: [{ port: 80, targetPort: 8080, appProtocol: "http" }],
  },
};

function dataplane(name: string, inbound: readonly object[]) {
  return { type: "Dataplane", mesh: "default", name, networking: { address: "10.0.0.1", inbound } };
}
const inbound = (port: number, service: string, more: object = {}, tags: object = {}) => ({
  port,
  tags: { "kuma.io/service": service, ...tags },
  ...more,
});

/** In the order in which they are written: the oldest's ports count. */
const DATAPLANES = [
  dataplane("a-1", [
    inbound(8080, "backend", {}, { "kuma.io/protocol": "http" }),
    inbound(9090, "admin", { name: "ops" }),
  ]),
  dataplane("a-2", [inbound(8080, "backend", { state: "NotReady" }, { "kuma.io/protocol": "http" })]),
  dataplane("b-1", [inbound(1000, "clash")]),
  dataplane("b-2", [inbound(2000, "clash")]),
  dataplane("c-1", [
    inbound(80, "many", { name: "one", protocol: "grpc" }),
    inbound(81, "many"),
    inbound(82, "not_a_label"),
  ]),
  dataplane("d-1", [
    inbound(70, "down", { state: "NotReady" }),
    inbound(71, "odd", {}, { "kuma.io/protocol": "kafka" }),
  ]),
  dataplane("e-1", [inbound(8080, "own")]),
];

let kuma: Kuma | undefined;
let weft: Running | undefined;
let organisation: Organisation;

beforeAll(async () => {
  if (kumaCp === "") return;
  [kuma, weft] = await Promise.all([startKuma(kumaCp), startControlPlane()]);
  organisation = await createOrganisation(weft);
  await organisation.call("PUT", `/zones/${KUMA_ZONE}`, { type: "Zone", name: KUMA_ZONE });
  await both("meshes/default", MESH);
  // Kuma writes what a zone's user makes as the zone's; Weft is told.
  await both("meshes/default/meshservices/own", OWN, { labels: { "kuma.io/zone": KUMA_ZONE } });
  for (const one of DATAPLANES) await both(`meshes/default/dataplanes/${one.name}`, one);
});
afterAll(async () => {
  await Promise.all([kuma?.close(), weft?.close()]);
});

async function both(path: string, body: object, more: object = {}): Promise<void> {
  const said = await kuma?.call("PUT", path, body);
  const answer = await organisation.call("PUT", `/${path}`, { ...body, ...more });
  expect([said?.status, answer.status], `${path}: ${JSON.stringify(said?.body)} ${answer.text}`).toEqual([201, 201]);
}

interface Told {
  readonly [member: string]: unknown;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec: { readonly [member: string]: unknown };
  readonly status: {
    readonly [member: string]: unknown;
    readonly addresses?: readonly ServiceAddress[];
    readonly hostnameGenerators?: readonly { readonly hostnameGeneratorRef: { readonly coreName: string } }[];
  };
}

/**
 * Meant differences: what a zone makes is stored under its name with a hash; host names tell who sees them; generators
 * of a global control plane are there, too; addresses are given by other means; ports that clash are told; zeros are written.
 */
function alike({ name, labels = {}, spec, status, ...rest }: Told): unknown {
  const { creationTime: _, modificationTime: __, ...shown } = rest;
  const { vips: ___, conditions: ____, addresses = [], hostnameGenerators = [], ...told } = status;
  const ours = ({
    hostnameGeneratorRef: { coreName },
  }: {
    readonly hostnameGeneratorRef: { readonly coreName: string };
  }) => coreName.startsWith("local-");
  return {
    ...shown,
    name: labels["kuma.io/display-name"] ?? name,
    labels,
    spec: { ...spec, ports: spec.ports },
    status: {
      ...told,
      dataplaneProxies: { connected: 0, healthy: 0, total: 0, ...(told.dataplaneProxies as object) },
      addresses: addresses
        .filter((one) => ours(one) && isSeenIn(one, KUMA_ZONE))
        .map(({ zones: _zones, ...address }) => address),
      hostnameGenerators: hostnameGenerators.filter(ours),
    },
  };
}

const byName = (one: unknown): string => (one as { readonly name: string }).name;
const sorted = (items: readonly Told[]): readonly unknown[] =>
  items.map(alike).toSorted((a, b) => (byName(a) < byName(b) ? -1 : 1));

test.skipIf(kumaCp === "")(
  `MeshServices of a zone${kumaCp === "" ? " (skipped: WEFT_KUMA_CP is not set)" : ""}`,
  async () => {
    let items: readonly Told[] = [];
    await until("kuma-cp has generated, counted and named", async () => {
      const { body } = (await kuma?.call("GET", "meshes/default/meshservices")) ?? {};
      items = (body as { readonly items: readonly Told[] }).items;
      return (
        items.length >= 7 &&
        items.every(
          ({ spec, status }) =>
            status?.addresses !== undefined && status.tls !== undefined && spec.identities !== undefined,
        )
      );
    });
    const answer = await organisation.call("GET", "/meshes/default/meshservices");
    expect(sorted(answer.json.items)).toEqual(sorted(items));
  },
  90_000,
);
