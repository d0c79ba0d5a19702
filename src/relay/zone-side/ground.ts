// What all parts of a zone side stand on: its options, its folder, its moment, its events, and the cached views.
import { join } from "node:path";
import { openTally, type Tally } from "#relay/metrics.ts";
import { type EventLog, openEventLog } from "#relay/registrar/event-log.ts";
import { openSnapshotDisk, type SnapshotDisk } from "#relay/state/snapshot-disk.ts";
import { openDiskKey, openVault, type Vault } from "#relay/state/vault.ts";
import { openViewCache, type ViewCache } from "#relay/zone/view-cache.ts";
import { createMoment, type Moment } from "./moment.ts";
import type { ZoneSideOptions } from "./options.ts";

export interface Ground extends Pick<ZoneSideOptions, "enrolment" | "client" | "clock" | "log"> {
  readonly moment: Moment;
  /** Aborted first of all when the relay stops: no call is waited for, and none that ends so is a failure. */
  readonly stopping: AbortController;
  readonly tally: Tally;
  readonly disk: SnapshotDisk;
  readonly events: EventLog;
  readonly views: ViewCache;
  /** A sealed folder of the state folder. */
  vault(name: string): Promise<Vault>;
}

/** Opens the state folder. `onViews` is called when views have come. */
export async function openGround(options: ZoneSideOptions, onViews: () => void): Promise<Ground> {
  const { folder, enrolment, client, clock, log } = options;
  const stopping = new AbortController();
  const diskKey = await openDiskKey(folder);
  const tally = openTally();
  const vault = (name: string): Promise<Vault> =>
    openVault(join(folder, name), name, diskKey, (file) => {
      tally.damagedFiles++;
      log("error", "a file of the state folder is damaged; what it held is made again", { file });
    });
  const disk = await openSnapshotDisk(join(folder, "snapshot"));
  const events = await openEventLog(await vault("events"), log, clock);
  const views = await openViewCache(folder, client, log, stopping.signal, onViews, () => {
    tally.damagedFiles++;
  });
  const moment = createMoment(enrolment.relay);
  return { enrolment, client, clock, log, moment, stopping, tally, disk, events, views, vault };
}
