// Places of a plan, found beside the page; until the newest have come, those of the plan before.
import { useEffect, useRef, useState } from "react";
import type { Places, Plan } from "./plan.ts";

export interface Placed {
  /** The plan's text: what the places are of. */
  readonly key: string;
  readonly places: Places;
}

/** Null before the first. `key` is the same for the same plan. */
export function usePlaces(plan: Plan, key: string): Placed | null {
  const worker = useRef<Worker | null>(null);
  const [placed, setPlaced] = useState<Placed | null>(null);
  const asked = useRef({ plan, id: 0 });
  asked.current.plan = plan;
  useEffect(() => {
    const id = ++asked.current.id;
    worker.current ??= new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.current.onmessage = ({ data }: MessageEvent<{ readonly id: number; readonly places: Places }>) => {
      if (data.id === id) setPlaced({ key, places: data.places });
    };
    worker.current.postMessage({ id, plan: asked.current.plan });
  }, [key]);
  useEffect(
    () => () => {
      worker.current?.terminate();
      worker.current = null;
    },
    [],
  );
  return placed;
}
