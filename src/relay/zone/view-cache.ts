// The views of the zone's meshes, fetched in the background and kept on disk: what newcomers are compiled from.
import { link, rm } from "node:fs/promises";
import { join } from "node:path";
import { within } from "#api/within.ts";
import type { ViewResponse } from "#api/zone.ts";
import { viewResponse } from "#api/zone-shape.ts";
import type { Position } from "#model/position.ts";
import type { View } from "#model/view.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { createOnce, type Log, reasonOf } from "#relay/log.ts";
import { readText, writeWhole } from "#relay/state/file.ts";
import { kept } from "./kept.ts";
import { isUnreachable, type ZoneClient } from "./zone-client.ts";

export interface ViewCache {
  /** Empty before the first. What did not change is the same object as before: compiles of them go on from there. */
  readonly views: readonly View[];
  /** Ingresses and egresses of all zones. */
  readonly zoneProxies: readonly ZoneProxy[];
  /** Which state of the control plane they show; null before the first. */
  readonly at: Position | null;
  /** Fetches when the control plane has other views; concurrent calls share one fetch. Never throws. */
  refresh(): Promise<void>;
  /** Resolves when no fetch is under way. */
  settled(): Promise<void>;
}

/** Opens the cache with what lies on disk. */
export async function openViewCache(
  folder: string,
  client: Pick<ZoneClient, "view">,
  log: Log,
  stopping: AbortSignal,
  onChange: () => void,
  onDamage: () => void = () => undefined,
): Promise<ViewCache> {
  const path = join(folder, "view.json");
  const before = join(folder, "view-before.json");
  const text = await readText(path);
  const last = parse(text);
  if (text !== null && last === null) {
    log("error", "the views on disk are damaged; the ones before are used", { path });
    onDamage();
  }
  const saved = last ?? parse(await readText(before));
  let isWhole = last !== null;
  let etag = saved?.etag ?? "";
  let views: readonly View[] = saved?.body.views ?? [];
  let zoneProxies: readonly ZoneProxy[] = saved?.body.zoneProxies ?? [];
  let at = saved && positionOf(saved.body);
  let fetching: Promise<void> | null = null;
  let again = false;
  const once = createOnce(log);

  async function fetch(): Promise<void> {
    try {
      const answer = await within(30_000, [stopping], (signal) => client.view(etag, signal));
      once.reset();
      if (answer === null) return;
      etag = answer.etag;
      const { body } = answer;
      const next = kept({ views, zoneProxies }, { views: body.views, zoneProxies: body.zoneProxies ?? [] });
      ({ views, zoneProxies } = next);
      at = positionOf(body);
      onChange();
      if (isWhole) await keepBefore(path, before);
      await writeWhole(path, JSON.stringify(answer));
      isWhole = true;
    } catch (error) {
      if (stopping.aborted) return;
      once(isUnreachable(error) ? "debug" : "warn", "the zone's view could not be refreshed", reasonOf(error));
    }
  }

  async function drain(): Promise<void> {
    do {
      again = false;
      await fetch();
    } while (again && !stopping.aborted);
    fetching = null;
  }

  return {
    get views() {
      return views;
    },
    get zoneProxies() {
      return zoneProxies;
    },
    get at() {
      return at;
    },
    settled: () => fetching ?? Promise.resolve(),
    refresh() {
      if (stopping.aborted) return Promise.resolve();
      if (fetching !== null) again = true;
      else fetching = drain();
      return fetching ?? Promise.resolve();
    },
  };
}

function positionOf({ epoch, sequence }: ViewResponse): Position {
  return { epoch, sequence };
}

/** A second name for what is about to be replaced; a file system without links has the newest alone. */
async function keepBefore(path: string, before: string): Promise<void> {
  await rm(before, { force: true });
  await link(path, before).catch(() => undefined);
}

function parse(text: string | null): { readonly etag: string; readonly body: ViewResponse } | null {
  if (text === null) return null;
  try {
    const { etag, body } = JSON.parse(text) as { etag: unknown; body: unknown };
    const checked = viewResponse.safeParse(body);
    return typeof etag === "string" && checked.success ? { etag, body: checked.data as ViewResponse } : null;
  } catch {
    return null;
  }
}
