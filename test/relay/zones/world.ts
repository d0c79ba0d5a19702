// A world of two organisations with the same names for everything: zones, their relays, and Envoys that come and go.
import { Sealed } from "#model/sealed.ts";
import type { Log } from "#relay/log.ts";
import { mtlsMesh, type Org, orgAt, zone as zoneBody } from "#test/control/harness.ts";
import { createEnvoy, type WorldEnvoy } from "./envoy.ts";
import type { HttpPlane, Time } from "./plane.ts";
import { createRelay, type WorldRelay } from "./relay.ts";
import { until } from "./until.ts";
import { createWatch, type Owner, type Watch } from "./watch.ts";

export const ZONES = ["east", "west", "north"] as const;
export const SERVICES = ["api", "db"] as const;

export interface WorldZone {
  readonly name: string;
  readonly relays: readonly WorldRelay[];
  /** The first ones stay in the end; the others are where chance has left them. */
  readonly envoys: readonly WorldEnvoy[];
  enabled: boolean;
  /** Its relays cannot talk to each other. */
  split: boolean;
}

export interface WorldOrg extends Owner {
  readonly zones: readonly WorldZone[];
  org(): Org;
}

export interface World {
  readonly orgs: readonly WorldOrg[];
  readonly watch: Watch;
  /** Warnings and errors of its relays, for whoever looks for a cause. */
  readonly told: string[];
  close(): Promise<void>;
}

/** How many of each zone's Envoys stay. */
export const LASTING = 4;

let worlds = 0;

/** Opens it; `relays` are those of each zone, by organisation. Everything is in touch when it resolves. */
export async function openWorld(plane: HttpPlane, time: Time, relays: readonly (readonly number[])[]): Promise<World> {
  worlds++;
  let over = false;
  const told: string[] = [];
  const start = Date.now();
  const log =
    (who: string): Log =>
    (level, label, fields) => {
      if (level !== "debug") told.push(`${Date.now() - start} ms ${who}: ${label} ${JSON.stringify(fields)}`);
    };
  const watch = createWatch();
  const orgs = await Promise.all(relays.map((counts, at) => openOrg(counts, at)));
  watch.sees(orgs);
  // Schedules of relays that cannot talk to each other would prove nothing of replicas.
  await until(() => orgs.flatMap(({ zones }) => zones.flatMap(apart)), "relays of one zone are not in touch");

  async function openOrg(counts: readonly number[], at: number): Promise<WorldOrg> {
    const name = `world-${worlds}-${at}`;
    const { organisation } = await plane.control.organisations.create(name);
    const { id: tenant } = organisation;
    const org = (): Org => orgAt(plane.plane, plane.control, tenant);
    const prefix = `127.${at + 1}.`;
    await org().apply([mtlsMesh(), mtlsMesh("beside"), ...counts.map((_, index) => zoneBody(ZONES[index]))]);
    const { writer } = plane.control;
    const { admin } = org();
    const tokenIn = async (mesh: string): Promise<Sealed> => {
      const bound = { name: "", mesh, tags: {}, type: "dataplane", workload: "", validForSeconds: 86_400 };
      return new Sealed(await writer.createDataplaneToken(admin, bound));
    };
    const tokens = { default: await tokenIn("default"), beside: await tokenIn("beside") };
    const zones: WorldZone[] = [];
    for (const [index, count] of counts.entries()) {
      const zone = ZONES[index] as string;
      const ofZone = { zone, scope: ["ingress"], validForSeconds: 86_400 };
      const zoneToken = new Sealed(await writer.createZoneToken(admin, ofZone));
      const made: WorldRelay[] = [];
      const entry: WorldZone = { name: zone, relays: made, envoys: [], enabled: true, split: false };
      for (let number = 0; number < count; number++) {
        const address = `${prefix}${index + 1}.${200 + number}:5678`;
        const who = `${name}/${zone}/${number}`;
        const relay = createRelay({
          ...{ plane, time, log: log(who), address },
          peer: (to) => (entry.split ? undefined : made.find((other) => other.address === to)),
          onSide: (side) => watch.follow(at, () => relay.damaged, who, side),
        });
        const { token } = await writer.createEnrolment(admin, zone, 3600);
        await relay.start(token);
        made.push(relay);
      }
      zones.push({ ...entry, envoys: envoysOf(prefix, index, made, { ...tokens, ingress: zoneToken }) });
      // `split` is asked of the entry that the relays were made with.
      const last = zones.at(-1) as WorldZone;
      Object.defineProperty(entry, "split", { get: () => last.split });
    }
    return { tenant, name, prefix, zones, org };
  }

  function envoysOf(
    prefix: string,
    zone: number,
    own: readonly WorldRelay[],
    tokens: Readonly<Record<"default" | "beside" | "ingress", Sealed>>,
  ): readonly WorldEnvoy[] {
    const name = ZONES[zone] as string;
    const dataplane = (mesh: "default" | "beside", service: string, number: number, byUser = false): WorldEnvoy => {
      const address = `${prefix}${zone + (mesh === "beside" ? 101 : 1)}.${number + 1}`;
      const proxy = { mesh, name: `${service}-${name}-${number}` };
      const common = { relays: own, token: tokens[mesh], isOver: () => over };
      return createEnvoy({ ...common, proxy, service, address, port: 8080, byUser, wireOf });
    };
    const ingress = createEnvoy({
      ...{ relays: own, token: tokens.ingress, isOver: () => over, byUser: false, service: "" },
      proxy: { type: "ZoneIngress", mesh: "", name: `zi-${name}` },
      address: `${prefix}${zone + 1}.100`,
      port: 10_001,
      wireOf: ({ proxy, address, port }) => ({
        ...{ type: "ZoneIngress", name: proxy.name },
        networking: { address, port, advertisedAddress: address, advertisedPort: port },
      }),
    });
    return [
      dataplane("default", "web", 10),
      dataplane("default", "web", 11),
      dataplane("default", "api", 20),
      dataplane("beside", "api", 1),
      ingress,
      dataplane("default", "api", 21),
      dataplane("default", "db", 30),
      dataplane("default", "db", 31, true),
    ];
  }

  return {
    orgs,
    watch,
    told,
    async close() {
      over = true;
      watch.end();
      const all = orgs.flatMap(({ zones }) => zones);
      await Promise.all(all.flatMap((zone) => zone.relays.map((relay) => relay.stop())));
      await Promise.all(all.flatMap((zone) => zone.envoys.map((envoy) => envoy.settled())));
      for (const { relays: own } of all) for (const relay of own) relay.remove();
    },
  };
}

/** A dataplane; those of `web` and those beside call every service. */
function wireOf({ proxy, service, address, port, healthy }: WorldEnvoy): object {
  const calls = service === "web" || proxy.mesh === "beside" ? SERVICES : [];
  const inbound = { port, tags: { "kuma.io/service": service }, ...(healthy ? {} : { state: "NotReady" }) };
  const outbound = calls.map((called, index) => ({ port: 10_001 + index, tags: { "kuma.io/service": called } }));
  return {
    type: "Dataplane",
    mesh: proxy.mesh,
    name: proxy.name,
    networking: { address, inbound: [inbound], outbound },
  };
}

/** Relays of the zone that are not in touch with all its others. */
function apart({ relays }: WorldZone): readonly string[] {
  return relays.flatMap(({ address, side }) => {
    const others = side?.status().replicas.filter(({ inTouch }) => inTouch) ?? [];
    return others.length < relays.length - 1 ? [`${address} is in touch with ${others.length}`] : [];
  });
}
