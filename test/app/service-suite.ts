// Services over HTTP: generated ones, their host names by zone, their KRIs, and insights over zones.
import { expect, test } from "vitest";
import { hashedName } from "#model/hashed-name.ts";
import { createOrganisation, type Organisation, type Subject } from "./subject.ts";

export function serviceSuite(subject: () => Subject): void {
  test("a zone's generated MeshService is listed, found by its KRI, and named by zone", async () => {
    const organisation = await world(subject());
    const { items } = (await organisation.call("GET", "/meshes/default/meshservices")).json;
    const [east, west] = ["east", "west"].map((zone) => hashedName("default", "backend", zone)) as [string, string];
    expect(items.map(({ name }: { name: string }) => name).toSorted()).toEqual([east, west].toSorted());
    const byKri = (await organisation.call("GET", "/_kri/kri_msvc_default_west__backend_")).json;
    expect(byKri).toMatchObject({ name: west, spec: { state: "Available" } });
    expect((await organisation.call("GET", "/_kri/kri_msvc_default_north__backend_")).status).toBe(404);
    const names = await organisation.call("GET", `/meshes/default/meshservices/${east}/_hostnames`);
    expect(names.json).toEqual({
      total: 2,
      items: [
        { hostname: "backend.svc.east.mesh.local", zones: [{ name: "west" }] },
        { hostname: "backend.svc.mesh.local", zones: [{ name: "east" }] },
      ],
    });
  });

  test("host names of what is no service, or is not there, are refused", async () => {
    const organisation = await world(subject());
    const wrong = await organisation.call("GET", "/meshes/default/dataplanes/b-east/_hostnames");
    expect([wrong.status, wrong.json.title]).toEqual([
      400,
      'only "meshservices,meshexternalservices,meshmultizoneservices" are available for inspection',
    ]);
    expect((await organisation.call("GET", "/meshes/default/meshservices/none/_hostnames")).status).toBe(404);
  });

  test("names that collide are told on the service that lost", async () => {
    const organisation = await world(subject());
    const generator = {
      type: "HostnameGenerator",
      name: "short",
      spec: { selector: { meshService: { matchLabels: {} } }, template: "{{ .DisplayName }}.test" },
    };
    const path = `/meshes/default/meshservices/${hashedName("default", "backend", "east")}`;
    const etag = (await organisation.call("GET", path)).headers.get("etag") ?? "";
    expect((await organisation.call("PUT", "/hostnamegenerators/short", generator)).status).toBe(201);
    const again = await organisation.call("GET", path, undefined, { "if-none-match": etag });
    expect([again.status, again.headers.get("etag")], "its status is another, and no user has written it").toEqual([
      200,
      etag,
    ]);
    const { items } = (await organisation.call("GET", "/meshes/default/meshservices")).json;
    const told = items.map(({ status }: { status: Status }) =>
      status.hostnameGenerators.find((one) => one.hostnameGeneratorRef.coreName === "short"),
    );
    expect(told.map((one: Verdict) => one.conditions[0]?.reason).toSorted()).toEqual(["Collision", "Generated"]);
  });

  test("a service's insight counts all zones; where services are resources alone there is none", async () => {
    const organisation = await world(subject());
    const insight = (await organisation.call("GET", "/meshes/default/service-insights/backend")).json;
    expect(insight).toMatchObject({
      addressPort: "backend.mesh:80",
      zones: ["east", "west"],
      dataplanes: { total: 2 },
    });
    expect((await organisation.call("GET", "/mesh-insights/default")).json).toMatchObject({
      resources: { MeshService: { total: 2 } },
      services: { total: 1, internal: 1 },
    });
    await organisation.call("PUT", "/meshes/default", meshOf("Exclusive"));
    expect((await organisation.call("GET", "/meshes/default/service-insights")).json.total).toBe(0);
    await organisation.call("PUT", "/meshes/default", meshOf("Disabled"));
    expect((await organisation.call("GET", "/meshes/default/meshservices")).json.total).toBe(0);
  });
}

interface Verdict {
  readonly hostnameGeneratorRef: { readonly coreName: string };
  readonly conditions: readonly { readonly reason: string }[];
}

interface Status {
  readonly hostnameGenerators: readonly Verdict[];
}

const meshOf = (mode: string) => ({ type: "Mesh", name: "default", meshServices: { mode } });

/** Two zones with a backend each. */
async function world(subject: Subject): Promise<Organisation> {
  const organisation = await createOrganisation(subject);
  const put = async (path: string, body: object): Promise<void> => {
    const { status, text } = await organisation.call("PUT", path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
  };
  await put("/meshes/default", meshOf("Everywhere"));
  for (const zone of ["east", "west"]) {
    await put(`/zones/${zone}`, { type: "Zone", name: zone });
    await put(`/meshes/default/dataplanes/b-${zone}`, {
      type: "Dataplane",
      mesh: "default",
      name: `b-${zone}`,
      labels: { "kuma.io/zone": zone },
      networking: { address: "10.0.0.1", inbound: [{ port: 80, tags: { "kuma.io/service": "backend" } }] },
    });
  }
  return organisation;
}
