// Several relays of one zone in this process, on the fake control plane; what one says to another can be cut.
import { Sealed } from "#model/sealed.ts";
import type { ReplicaClient } from "#relay/replica/client.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import type { FakePlane } from "#test/relay/zone/control-plane.ts";
import { startZone, tempFolder, until } from "#test/relay/zone/start.ts";

export interface Crowd {
  readonly plane: FakePlane;
  /** By number from 1. */
  relay(number: number): ZoneSide;
  /** Where its state lies. */
  folder(number: number): string;
  /** Stops a relay as a kill does, for others: no call to it or from it goes through. */
  cut(number: number): void;
  mend(number: number): void;
  /** Opens it again from its folder. */
  restart(number: number): Promise<ZoneSide>;
  /** Moves every relay's clock. */
  advance(milliseconds: number): void;
  /** Waits until all that are not cut are in touch with each other. */
  inTouch(): Promise<void>;
}

/** Opens so many relays, each enrolled by a token of its own, and lets them find each other. */
export async function startCrowd(plane: FakePlane, size: number): Promise<Crowd> {
  const zones = new Map<number, ZoneSide>();
  const folders = Array.from({ length: size }, tempFolder);
  const cut = new Set<number>();
  let ahead = 0;
  const folderOf = (number: number): string => folders[number - 1] ?? "";
  const addressOf = (number: number): string => `relay-${number}:5678`;

  const clientOf = (from: number): ReplicaClient => ({
    async call(peer, message, signal) {
      const to = Number(/\d+/.exec(peer.address)?.[0]);
      const zone = zones.get(to);
      if (zone === undefined || cut.has(from) || cut.has(to) || signal.aborted) throw new Error("no way");
      const heard = JSON.parse(JSON.stringify(message));
      return JSON.parse(JSON.stringify(await zone.replica.answer(`relay-${from}`, heard)));
    },
    async ask(peer, question) {
      const to = Number(/\d+/.exec(peer.address)?.[0]);
      const zone = zones.get(to);
      if (zone === undefined || cut.has(from) || cut.has(to)) throw new Error("no way");
      return JSON.parse(JSON.stringify(await zone.replica.holder(JSON.parse(JSON.stringify(question)))));
    },
    close() {},
  });

  async function open(number: number): Promise<ZoneSide> {
    const first = plane.enrolmentToken;
    if (number > 1) plane.enrolmentToken = new Sealed(`${first.reveal()}-${number}`);
    const options = {
      ...{ replicaClient: clientOf(number), exchangePeriod: 50, clock: () => Date.now() + ahead },
      // Some join while only their relay is away: all of this time passes then.
      ...{ answer: 3000, snapshot: 2000 },
    };
    const zone = await startZone(plane, folderOf(number), options);
    plane.enrolmentToken = first;
    zones.set(number, zone);
    zone.listens({ address: addressOf(number), ca: "-----BEGIN CERTIFICATE-----" });
    return zone;
  }
  const crowd: Crowd = {
    plane,
    relay(number) {
      const zone = zones.get(number);
      if (zone === undefined) throw new TypeError(`there is no relay ${number}`);
      return zone;
    },
    folder: folderOf,
    cut: (number) => void cut.add(number),
    mend: (number) => void cut.delete(number),
    async restart(number) {
      await zones.get(number)?.close();
      return open(number);
    },
    advance(milliseconds) {
      ahead += milliseconds;
    },
    inTouch: () =>
      until("the relays are in touch", () =>
        [...zones]
          .filter(([number]) => !cut.has(number))
          .every(([, zone]) => {
            const near = zone.status().replicas.filter(({ relay }) => !cut.has(Number(/\d+/.exec(relay)?.[0])));
            return near.length === size - 1 - cut.size && near.every(({ inTouch }) => inTouch);
          }),
      ),
  };
  for (let number = 1; number <= size; number++) await open(number);
  await until("snapshots name all relays", () =>
    [...zones.values()].every(
      ({ envelope }) => envelope?.relays.filter(({ address }) => address !== undefined).length === size,
    ),
  );
  await until("views are there", () => [...zones.values()].every(({ views }) => views.length > 0));
  await crowd.inTouch();
  return crowd;
}
