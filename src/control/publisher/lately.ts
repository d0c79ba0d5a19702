// Zones that were told something a moment ago, and those of them for which something waits.
import type { Pace } from "#control/pace.ts";

export interface Lately {
  told(zone: string): void;
  /** Whether the zone was told a moment ago; then what it is to be told waits, and `due` is called once it may be. */
  waits(zone: string): boolean;
  /** All may be told at once; whether something waited. */
  forget(): boolean;
}

/** No zone was told anything. `pace` says how long each rests. */
export function openLately(pace: Pick<Pace, "rest" | "rested">, due: () => void): Lately {
  const zones = new Map<string, { readonly timer: ReturnType<typeof setTimeout>; waits: boolean }>();
  return {
    told(zone) {
      const known = zones.get(zone);
      if (known !== undefined) {
        clearTimeout(known.timer);
        pace.rested();
      }
      const timer = setTimeout(() => {
        const waited = zones.get(zone)?.waits === true;
        zones.delete(zone);
        pace.rested();
        if (waited) due();
      }, pace.rest());
      // What waits is news to nobody, and is made good at the next start.
      (timer as { unref?: () => void }).unref?.();
      zones.set(zone, { timer, waits: false });
    },
    waits(zone) {
      const known = zones.get(zone);
      if (known !== undefined) known.waits = true;
      return known !== undefined;
    },
    forget() {
      const waited = [...zones.values()].some(({ waits }) => waits);
      for (const { timer } of zones.values()) {
        clearTimeout(timer);
        pace.rested();
      }
      zones.clear();
      return waited;
    },
  };
}
