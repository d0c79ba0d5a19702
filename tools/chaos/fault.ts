// The faults: what each breaks, how it is healed, and whose requests may fail by it.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "#test/random.ts";
import type { TestZone } from "#test/zones.ts";
import type { World } from "./world.ts";

/** A fault that has begun. */
export interface Broken {
  readonly kind: FaultKind;
  /** `relay east/1`: for people. */
  readonly what: string;
  /** Zones whose clients may fail meanwhile; empty = nobody's. */
  readonly excuses: readonly string[];
  /** Resolves when it is whole again. */
  heal(): Promise<void>;
}

type Break = (world: World, random: Random) => Promise<Broken> | Broken | null;

/** What may happen, and how often beside the others. Null = not now: the like is broken already. */
export const FAULTS = {
  relay: { weight: 4, begin: killRelay },
  "control-plane": { weight: 2, begin: killControlPlane },
  envoy: { weight: 3, begin: killEnvoy },
  network: { weight: 2, begin: cutNetwork },
  "clock-skew": { weight: 2, begin: skewRelay },
  "damaged-disk": { weight: 2, begin: damageRelay },
  "rolling-restart": { weight: 1, begin: restartRelays },
  "disabled-zone": { weight: 1, begin: disableZone },
} as const satisfies Readonly<Record<string, { weight: number; begin: Break }>>;

export type FaultKind = keyof typeof FAULTS;

/** Begins one; null where that cannot be now. */
export function begin(world: World, random: Random): Promise<Broken | null> {
  const rows = Object.values(FAULTS);
  let left = random.next() * rows.reduce((sum, { weight }) => sum + weight, 0);
  const row = rows.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return Promise.resolve(row === undefined ? null : row.begin(world, random));
}

async function killRelay(world: World, random: Random): Promise<Broken | null> {
  const [zone, index] = [random.one(world.zones), random.between(0, 1)];
  const what = `relay ${zone.name}/${index}`;
  if (!world.take(what)) return null;
  await zone.killRelay(index);
  return {
    kind: "relay",
    what,
    excuses: [],
    async heal() {
      await zone.startRelay(index);
      world.release(what);
    },
  };
}

/** A relay that starts again with its clock hours ahead or behind, within what a certificate forgives. */
async function skewRelay(world: World, random: Random): Promise<Broken | null> {
  const [zone, index] = [random.one(world.zones), random.between(0, 1)];
  const minutes = random.one([-9, -3, 3, 90]);
  const what = `relay ${zone.name}/${index}`;
  if (!world.take(what)) return null;
  await zone.killRelay(index);
  await zone.startRelay(index, { skewMs: minutes * 60_000 });
  return {
    kind: "clock-skew",
    what: `${what}, its clock ${minutes} min off`,
    excuses: [],
    async heal() {
      await zone.killRelay(index);
      await zone.startRelay(index);
      world.release(what);
    },
  };
}

/** What a crash or a bad disk may leave of the newest snapshot: a part of its pointer, or no pack. */
async function damageRelay(world: World, random: Random): Promise<Broken | null> {
  const [zone, index] = [random.one(world.zones), random.between(0, 1)];
  const how = random.one(["cut short", "a pack lost"] as const);
  const what = `relay ${zone.name}/${index}`;
  if (!world.take(what)) return null;
  await zone.killRelay(index);
  const folder = join(zone.relayState(index), "snapshot");
  const pointer = join(folder, "current.json");
  const text = readFileSync(pointer, "utf8");
  if (how === "cut short") writeFileSync(pointer, text.slice(0, text.length / 2));
  else rmSync(join(folder, random.one((JSON.parse(text) as { readonly packs: readonly string[] }).packs)));
  return {
    kind: "damaged-disk",
    what: `${what}, its snapshot ${how}`,
    excuses: [],
    async heal() {
      await zone.startRelay(index);
      world.release(what);
    },
  };
}

/** Every relay of every zone, one after the other, as an upgrade does it. */
function restartRelays(world: World): Broken | null {
  const all = world.zones.flatMap((zone) =>
    [0, 1].map((index) => ({ zone, index, what: `relay ${zone.name}/${index}` })),
  );
  if (all.some(({ what }) => world.isTaken(what))) return null;
  for (const { what } of all) world.take(what);
  const restart = async (zone: TestZone, index: number): Promise<void> => {
    await zone.stopRelay(index);
    await zone.startRelay(index);
  };
  const roll = async (): Promise<void> => {
    for (const { zone, index, what } of all) {
      await restart(zone, index);
      world.release(what);
    }
  };
  const rolling = roll();
  rolling.catch(() => undefined);
  return { kind: "rolling-restart", what: "every relay in turn", excuses: [], heal: () => rolling };
}

/** Others stop calling it; its own clients go on, and all have somebody to call. */
async function disableZone(world: World, random: Random): Promise<Broken | null> {
  const { name } = random.one(world.zones);
  const what = `enabling of ${name}`;
  // Without it nothing can be changed, and what it was told last must come to an end before it is told otherwise.
  if (world.isTaken("control plane") || !world.take(what)) return null;
  const set = async (enabled: boolean): Promise<void> => {
    for (;;) {
      const done = await world.plane.apply({ type: "Zone", name, enabled }).then(
        () => true,
        () => false,
      );
      if (done) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  };
  await set(false);
  return {
    kind: "disabled-zone",
    what: `zone ${name}, disabled`,
    excuses: [],
    async heal() {
      await set(true);
      world.release(what);
    },
  };
}

async function killControlPlane(world: World): Promise<Broken | null> {
  const what = "control plane";
  if (!world.take(what)) return null;
  await world.plane.killControlPlane();
  return {
    kind: "control-plane",
    what,
    excuses: [],
    async heal() {
      await world.plane.startControlPlane();
      world.release(what);
    },
  };
}

/** An Envoy dies without a word; its supervisor starts it again. Requests in it, or to it, are lost. */
function killEnvoy(world: World, random: Random): Broken | null {
  const { zone, proxy } = random.one(world.envoys);
  const what = `Envoy ${proxy.name}`;
  if (!world.take(what)) return null;
  const back = proxy.restartEnvoy();
  return {
    kind: "envoy",
    what,
    excuses: proxy.name.startsWith("web") ? [zone] : world.zones.map(({ name }) => name),
    async heal() {
      await back;
      world.release(what);
    },
  };
}

/** A zone is cut from everything. Its own clients are asked nothing then: they stand outside. */
function cutNetwork(world: World, random: Random): Broken | null {
  const zone = random.one(world.zones);
  const what = `network of ${zone.name}`;
  if (world.isTaken("network") || !world.take(what)) return null;
  world.take("network");
  world.pause(zone.name);
  zone.network.cut();
  return {
    kind: "network",
    what,
    excuses: world.zones.map(({ name }) => name),
    async heal() {
      zone.network.join();
      world.resume(zone.name);
      world.release(what);
      world.release("network");
    },
  };
}
