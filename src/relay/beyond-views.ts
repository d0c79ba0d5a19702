// Lives that this relay knows of beyond its views: those are fetched after the snapshot, and may know less than it.
import { isLater, type Position } from "#model/position.ts";
import { createOverlay, type Overlay, type OverlayEvent } from "#snapshot/overlay.ts";
import type { SignedSnapshot } from "./zone/signed.ts";

export interface BeyondViews extends Pick<Overlay, "hold" | "dismiss" | "stands" | "standing"> {
  /** What is compiled of a life is its resource; the endpoints that are told with it are of the snapshot's sets. */
  add(event: OverlayEvent): void;
  /** Views that are as new as this snapshot know of the events that it covers. */
  take(envelope: SignedSnapshot["envelope"]): void;
  /** Forgets what the views of this moment know. */
  settle(): void;
  /** Whether the snapshot is newer than the views. */
  readonly isNeeded: boolean;
}

interface Awaited extends Position {
  readonly covered: ReadonlyMap<string, number>;
}

/** Of so many snapshots it is remembered what they cover; a later one covers all that an earlier one does. */
const MOST_AWAITED = 16;
const NONE: readonly never[] = [];

/** Empty. `viewsAt` says which state of the control plane the views show; null before the first. */
export function createBeyondViews(viewsAt: () => Position | null): BeyondViews {
  const { add, hold, cover, dismiss, stands, standing } = createOverlay();
  let awaited: readonly Awaited[] = [];

  function settle(): void {
    const at = viewsAt();
    if (at === null) return;
    const known = awaited.findLast((one) => !isLater(one, at));
    if (known === undefined) return;
    cover(known.covered);
    awaited = awaited.slice(awaited.indexOf(known) + 1);
  }

  return {
    ...{ hold, dismiss, stands, standing, settle },
    get isNeeded() {
      return awaited.length > 0;
    },
    add: (event) => add({ ...event, endpoints: event.endpoints && NONE }),
    take({ epoch, sequence, relays }) {
      const covered = new Map(relays.map(({ id, lastEvent }) => [id, lastEvent]));
      awaited = [...awaited, { epoch, sequence, covered }].slice(-MOST_AWAITED);
      settle();
    },
  };
}
