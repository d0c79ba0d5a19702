// A schedule: what befalls a world, step by step, and how it is made whole in the end.
import fc from "fast-check";
import { GRACE } from "#relay/registrar/grace.ts";
import { behindIngress, type Endpoints, expectedOf, servedTo } from "./oracle.ts";
import type { HttpPlane, Time } from "./plane.ts";
import { pause, until } from "./until.ts";
import { LASTING, type World, type WorldOrg, type WorldZone } from "./world.ts";

/** What may happen; how often beside the others. */
const KINDS = {
  come: 6,
  leave: 3,
  die: 3,
  blink: 3,
  health: 3,
  cut: 2,
  reach: 2,
  split: 2,
  join: 2,
  stop: 2,
  kill: 2,
  damage: 1,
  start: 3,
  disable: 1,
  enable: 1,
  grace: 2,
  plane: 1,
} as const;

export interface Step {
  readonly kind: keyof typeof KINDS;
  /** Chosen of what there is, modulo its number. */
  readonly org: number;
  readonly zone: number;
  readonly envoy: number;
  readonly relay: number;
  /** Milliseconds until the next. */
  readonly pause: number;
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      ...Object.entries(KINDS).map(([kind, weight]) => ({
        weight,
        arbitrary: fc.constant(kind as Step["kind"]),
      })),
    ),
    org: fc.constantFrom(0, 0, 0, 1),
    zone: fc.nat(2),
    envoy: fc.nat(7),
    relay: fc.nat(1),
    pause: fc.constantFrom(0, 0, 3, 30),
  }),
  { minLength: 4, maxLength: 24 },
);

const chosen = <T>(of: readonly T[], at: number): T => of[at % of.length] as T;

/** Everybody is there and well, and all have what they should. */
export async function begin(world: World): Promise<void> {
  world.told.length = 0;
  for (const org of world.orgs) {
    for (const zone of org.zones) {
      if (!zone.enabled) await setEnabled(org, zone, true);
      for (const [at, envoy] of zone.envoys.entries()) {
        envoy.healthy = true;
        envoy.come(at);
      }
    }
  }
  await converge(world);
}

/** Takes one step. */
export async function take(world: World, plane: HttpPlane, time: Time, step: Step): Promise<void> {
  const org = chosen(world.orgs, step.org);
  const zone = chosen(org.zones, step.zone);
  const envoy = chosen(zone.envoys, step.envoy);
  const relay = chosen(zone.relays, step.relay);
  const lose = (): void => {
    for (const one of zone.envoys) if (one.wants && !one.isUp) one.drop();
  };
  const acts: Readonly<Record<Step["kind"], () => unknown>> = {
    come: () => envoy.come(step.relay),
    leave: () => void envoy.leave(),
    die() {
      if (envoy.byUser) return;
      envoy.wants = false;
      envoy.drop();
    },
    blink() {
      if (!envoy.wants || envoy.byUser) return;
      envoy.drop();
      envoy.come(step.relay);
    },
    health() {
      envoy.healthy = !envoy.healthy || envoy.proxy.mesh === "";
      if (envoy.wants) envoy.come(step.relay);
    },
    cut: () => {
      relay.cut = true;
    },
    reach: () => {
      relay.cut = false;
    },
    split: () => {
      zone.split = true;
    },
    join: () => {
      zone.split = false;
    },
    async stop() {
      const stopping = relay.stop();
      lose();
      await stopping;
    },
    async kill() {
      const killing = relay.kill();
      lose();
      await killing;
    },
    async damage() {
      await relay.kill();
      lose();
      relay.damage();
    },
    start: () => (relay.side === null ? relay.start() : undefined),
    disable: () => setEnabled(org, zone, false),
    enable: () => setEnabled(org, zone, true),
    grace() {
      time.ahead += GRACE + 1000;
    },
    plane: () => plane.restart(),
  };
  await acts[step.kind]();
  if (step.pause > 0) await pause(step.pause);
}

async function setEnabled(org: WorldOrg, zone: WorldZone, enabled: boolean): Promise<void> {
  zone.enabled = enabled;
  await org.org().apply([{ type: "Zone", name: zone.name, enabled }]);
}

/** Everything is whole again; who stays is there, and nobody who is not wanted has a grace left. */
export async function heal(world: World, time: Time): Promise<void> {
  const zones = world.orgs.flatMap((org) => org.zones);
  for (const zone of zones) {
    zone.split = false;
    for (const relay of zone.relays) {
      relay.cut = false;
      if (relay.side === null) await relay.start();
    }
    await Promise.all(zone.envoys.map((envoy) => envoy.settled()));
    for (const [at, envoy] of zone.envoys.entries()) if (envoy.wants || at < LASTING) envoy.come(at);
  }
  await until(
    () =>
      zones.flatMap(({ name, envoys }) =>
        envoys.flatMap((one) => (one.wants && !one.isUp ? [`${name} ${one.proxy.name}: ${one.why}`] : [])),
      ),
    "no relay lets in",
  );
  time.ahead += GRACE + 1000;
}

/** Waits until every relay gives every proxy of its zone what it should have; an Error that says what does not. */
export async function converge(world: World): Promise<void> {
  await until(
    () => world.orgs.flatMap((org) => org.zones.flatMap((zone) => differences(world, org, zone))),
    "not as it should be",
  );
}

function differences(world: World, org: WorldOrg, zone: WorldZone): readonly string[] {
  return zone.relays.flatMap(({ side, address }) =>
    side === null
      ? [`${address} is down`]
      : zone.envoys
          .filter(({ wants, byUser }) => wants && !byUser)
          .flatMap((envoy) => {
            const served = servedTo(side, world.watch.bookOf(side), envoy.proxy);
            const isIngress = envoy.proxy.mesh === "";
            const wanted: unknown = isIngress ? behindIngress(zone) : expectedOf(org, zone, envoy);
            const given: unknown = isIngress ? served && addressesOf(served) : served;
            const [a, b] = [JSON.stringify(given), JSON.stringify(wanted)];
            return a === b ? [] : [`${org.name}/${zone.name} ${address} gives ${envoy.proxy.name} ${a}, not ${b}`];
          }),
  );
}

function addressesOf(served: Endpoints): readonly string[] {
  return Object.values(served)
    .flat()
    .map((one) => one.slice(0, one.indexOf("*")))
    .sort();
}
