// The plan of what is written: made a moment after the last key, and again while a guard rail wants something.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { PlanBody } from "#api/plan.ts";
import { api } from "#console/data/api.ts";

/** Milliseconds after the text was read, which is itself a moment after the last key. */
const PAUSE = 250;
/** How often a plan is looked at that waits for others. Milliseconds. */
const LOOK = 3_000;

export interface Planned {
  /** What it was made of. */
  readonly json: string;
  readonly plan: PlanBody | null;
  readonly error: Error | null;
}

interface Asked {
  readonly org: string;
  /** JSON of the resource; null = there is nothing to plan. */
  readonly json: string | null;
  /** Made by itself; otherwise only by `make`. */
  readonly isReady: boolean;
  readonly etag: string | null;
}

export function usePlan({ org, json, isReady, etag }: Asked) {
  const [planned, setPlanned] = useState<Planned | null>(null);
  const [isMaking, setMaking] = useState(false);
  const under = useRef<AbortController | null>(null);
  const params = { organisation: org };

  const make = useCallback(
    async (text: string): Promise<void> => {
      under.current?.abort();
      const control = new AbortController();
      under.current = control;
      setMaking(true);
      const put = [{ resource: JSON.parse(text), ...(etag !== null && { ifMatch: etag }) }];
      const made = await api
        .call("createPlan", { params: { organisation: org }, body: { put }, signal: control.signal })
        .then(
          (plan) => ({ json: text, plan, error: null }),
          (error: Error) => ({ json: text, plan: null, error }),
        );
      if (control.signal.aborted) return;
      setPlanned(made);
      setMaking(false);
    },
    [org, etag],
  );

  useEffect(() => {
    if (json === null || !isReady) return undefined;
    const timer = setTimeout(() => void make(json), PAUSE);
    return () => clearTimeout(timer);
  }, [json, isReady, make]);
  useEffect(() => () => under.current?.abort(), []);

  const waiting = planned?.plan?.needs.length ? planned.plan.id : null;
  const later = useQuery({
    queryKey: ["getPlan", org, waiting],
    queryFn: ({ signal }) => api.call("getPlan", { params: { ...params, id: waiting ?? "" }, signal }),
    enabled: waiting !== null,
    placeholderData: () => undefined,
    refetchInterval: LOOK,
  });
  const plan = (waiting === null ? undefined : later.data) ?? planned?.plan ?? null;
  const forget = useCallback((): void => {
    // One that is under way is of what was.
    under.current?.abort();
    setMaking(false);
    setPlanned(null);
  }, []);
  return { planned: planned === null ? null : { ...planned, plan }, isMaking, make, forget };
}
