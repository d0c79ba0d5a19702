// What the load is put on: organisations, each with a mesh, and zones with one enrolled relay and two proxies each.
import { createClient } from "#api/client.ts";
import type { EnrolResponse } from "#api/zone.ts";
import { Sealed } from "#model/sealed.ts";
import { createRelayKeys, type RelayKeys } from "#test/app/relay.ts";
import type { Plane } from "./plane.ts";

export interface LoadedOrganisation {
  readonly name: string;
  readonly token: string;
  readonly zones: readonly string[];
}

export interface LoadedRelay {
  readonly organisation: string;
  readonly enrolment: EnrolResponse;
  readonly keys: RelayKeys;
}

export interface World {
  readonly organisations: readonly LoadedOrganisation[];
  readonly relays: readonly LoadedRelay[];
}

/** Makes all of it, a few organisations at once. `tell` hears how far it is. */
export async function makeWorld(
  plane: Plane,
  { organisations, relays }: { readonly organisations: number; readonly relays: number },
  tell: (text: string) => void,
): Promise<World> {
  const names = Array.from({ length: organisations }, (_, index) => `o${index}`);
  const made: LoadedOrganisation[] = [];
  const enrolled: LoadedRelay[] = [];
  const next = names.entries();
  const work = async (): Promise<void> => {
    for (const [index, name] of next) {
      const share = Math.floor(relays / organisations) + (index < relays % organisations ? 1 : 0);
      const zones = Array.from({ length: share }, (_, zone) => `z${zone}`);
      const token = await foundOrganisation(plane, name, zones);
      made.push({ name, token, zones });
      for (const zone of zones) enrolled.push(await enrol(plane, name, token, zone));
      if (made.length % 10 === 0)
        tell(`load: ${made.length} of ${organisations} organisations, ${enrolled.length} relays`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return { organisations: made, relays: enrolled };
}

async function foundOrganisation(
  { url, operatorSecret }: Plane,
  name: string,
  zones: readonly string[],
): Promise<string> {
  const operator = createClient({ url, token: new Sealed(operatorSecret), fetch });
  const { token } = await operator.call("createOrganisation", { body: { name } });
  if (token === undefined) throw new TypeError("the operator's organisation came without a token");
  const client = createClient({ url, token: new Sealed(token.token), fetch });
  const put = (body: { readonly type: string; readonly mesh?: string; readonly name: string }) => ({ resource: body });
  const proxies = zones.flatMap((zone) => [proxy(zone, "client", true), proxy(zone, "server", false)]);
  const body = {
    put: [{ type: "Mesh", name: "default" }, ...zones.map((zone) => ({ type: "Zone", name: zone })), ...proxies].map(
      put,
    ),
  };
  await client.call("createChange", { params: { organisation: name }, body: body as never });
  return token.token;
}

/** The server of each zone is a service of its own, which the zone's client calls. */
function proxy(
  zone: string,
  part: "client" | "server",
  calls: boolean,
): { readonly type: string; readonly mesh: string; readonly name: string } {
  const tags = { "kuma.io/service": `${part}-${zone}`, "kuma.io/zone": zone, "kuma.io/protocol": "http" };
  const networking = {
    address: "10.0.0.1",
    inbound: [{ port: 8080, tags }],
    ...(calls && { outbound: [{ port: 10_001, tags: { "kuma.io/service": `server-${zone}` } }] }),
  };
  return { type: "Dataplane", mesh: "default", name: `${part}-${zone}`, ...{ networking } };
}

async function enrol({ url }: Plane, organisation: string, token: string, zone: string): Promise<LoadedRelay> {
  const client = createClient({ url, token: new Sealed(token), fetch });
  const minted = await client.call("createEnrolment", { params: { organisation, zone }, body: {} });
  const keys = await createRelayKeys();
  const { signingKey, encryptionKey } = keys;
  const body = { token: minted.token, signingKey, encryptionKey };
  const enrolment = (await createClient({ url, fetch }).call("enrol", { body: body as never })) as EnrolResponse;
  return { organisation, enrolment, keys };
}
