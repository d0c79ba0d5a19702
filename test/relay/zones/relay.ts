// A relay of a world: the real zone side on a folder, whose ways to the control plane and to its peers can be cut.
import { randomBytes } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sealed } from "#model/sealed.ts";
import type { Log } from "#relay/log.ts";
import type { ReplicaClient } from "#relay/replica/client.ts";
import { openRelayKeys } from "#relay/state/relay-keys.ts";
import { enrol } from "#relay/zone/enrol.ts";
import { createZoneClient } from "#relay/zone/zone-client.ts";
import { PACE } from "#relay/zone-side/options.ts";
import { openZoneSide, type ZoneSide } from "#relay/zone-side.ts";
import { createServerAuthority } from "#trust/authority.ts";
import { type HttpPlane, type Time, URL_OF_PLANE } from "./plane.ts";

export interface WorldRelay {
  /** `host:port` at which its peers call it. */
  readonly address: string;
  /** Null while it is down. */
  side: ZoneSide | null;
  id: string;
  /** It cannot reach the control plane. */
  cut: boolean;
  /** Counts damages of its folder: what it has may then be older than what it had. */
  damaged: number;
  start(token?: string): Promise<void>;
  /** By SIGTERM. */
  stop(): Promise<void>;
  /** By SIGKILL: what is on disk at this moment is all that is left. */
  kill(): Promise<void>;
  /** While it is down: the pointer to its newest snapshot is cut short. */
  damage(): void;
  remove(): void;
}

export interface RelayOptions {
  readonly plane: HttpPlane;
  readonly time: Time;
  readonly log: Log;
  readonly address: string;
  /** The relay of the zone that is reached there; undefined while there is no way. */
  readonly peer: (address: string) => WorldRelay | undefined;
  readonly onSide: (side: ZoneSide) => void;
}

/** As it is at one moment, though threads of the dying relay still write there: copied again until nothing moved meanwhile. */
function copyAsItIs(from: string, to: string): void {
  for (;;) {
    const before = listOf(from);
    try {
      for (const { name, isFolder } of before) {
        if (isFolder) mkdirSync(join(to, name), { recursive: true });
        else copyFileSync(join(from, name), join(to, name));
      }
      if (JSON.stringify(listOf(from)) === JSON.stringify(before)) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    rmSync(to, { recursive: true });
    mkdirSync(to);
  }
}

/** Folders before what is in them, and by what a file is told from one that took its place. */
function listOf(folder: string) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names.flatMap((name) => {
    const stat = statSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
    return stat === undefined
      ? []
      : [{ name, isFolder: stat.isDirectory(), is: `${stat.ino} ${stat.size} ${stat.mtimeNs}` }];
  });
}

export function createRelay({ plane, time, log, address, peer, onSide }: RelayOptions): WorldRelay {
  const newFolder = (): string => mkdtempSync(join(tmpdir(), "weft-zones-"));
  const folders = [newFolder()];
  const folder = (): string => folders.at(-1) as string;
  let run = { isAlive: true };
  const authority = createServerAuthority({ clock: time.now, chance: randomBytes });

  const fetchOf = (own: { isAlive: boolean }) => async (url: string, init: RequestInit) => {
    const refuse = (): void => {
      if (relay.cut || !own.isAlive) throw new TypeError("fetch failed");
    };
    refuse();
    const answer = await plane.fetch(url, init);
    refuse();
    return answer;
  };
  const clientOf = (own: { isAlive: boolean }): ReplicaClient => {
    const wayTo = (address: string, signal: AbortSignal): ZoneSide => {
      const other = own.isAlive && !signal.aborted ? peer(address) : undefined;
      if (other?.side == null) throw new Error("no way");
      return other.side;
    };
    return {
      async call(to, message, signal) {
        const answer = await wayTo(to.address, signal).replica.answer(relay.id, JSON.parse(JSON.stringify(message)));
        wayTo(to.address, signal);
        return JSON.parse(JSON.stringify(answer));
      },
      async ask(to, question, signal) {
        const answer = await wayTo(to.address, signal).replica.holder(JSON.parse(JSON.stringify(question)));
        wayTo(to.address, signal);
        return JSON.parse(JSON.stringify(answer));
      },
      close() {},
    };
  };

  const relay: WorldRelay = {
    address,
    side: null,
    id: "",
    cut: false,
    damaged: 0,
    async start(token) {
      run = { isAlive: true };
      const fetch = fetchOf(run);
      const keys = await openRelayKeys(folder());
      const given = token === undefined ? undefined : new Sealed(token);
      const enrolment = await enrol({ folder: folder(), keys, url: URL_OF_PLANE, fetch, token: given });
      relay.id = enrolment.relay;
      const common = { sign: keys.sign, chance: randomBytes, timeout: 5000 };
      const side = await openZoneSide({
        folder: folder(),
        enrolment,
        key: keys.agree,
        client: createZoneClient({ url: URL_OF_PLANE, fetch, enrolment, ...common }),
        replicaClient: clientOf(run),
        clock: time.now,
        log,
        patience: { answer: 200, snapshot: 200, listen: 0 },
        backoff: [5, 20],
        exchangePeriod: 20,
        pace: { ...PACE, sweep: 20, upkeep: 50, views: 5 },
      });
      onSide(side);
      relay.side = side;
      const { caPem } = await authority;
      side.listens({ address, ca: caPem });
    },
    async stop() {
      const { side } = relay;
      relay.side = null;
      await side?.close();
    },
    async kill() {
      const { side } = relay;
      if (side === null) return;
      relay.side = null;
      run.isAlive = false;
      const left = newFolder();
      copyAsItIs(folder(), left);
      folders.push(left);
      await side.close();
    },
    damage() {
      relay.damaged++;
      writeFileSync(join(folder(), "snapshot", "current.json"), '{"envelope":"ey');
    },
    remove() {
      for (const one of folders) rmSync(one, { recursive: true, force: true });
    },
  };
  return relay;
}
