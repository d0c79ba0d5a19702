// What the palette shows for what was typed: recent choices, pages and deeds at once; what the control plane finds a moment later.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { ask } from "#console/data/api.ts";
import { useSay } from "#console/text/say.ts";
import type { DeedRow, PaletteWorld } from "./deed.ts";
import { recentRows } from "./recent.ts";
import { addressOf, type PaletteRow } from "./row.ts";
import { fitOf, wordsOf } from "./word.ts";

/** Milliseconds after the last key until the control plane is asked. */
const PAUSE = 120;
const MOST_FOUND = 20;
const MOST_DEEDS = 8;

export interface PaletteParts {
  readonly recent: readonly PaletteRow[];
  readonly deeds: readonly DeedRow[];
  readonly found: readonly PaletteRow[];
  /** How many there are of what is found, the shown ones too. */
  readonly total: number;
  readonly isAsking: boolean;
  readonly error: Error | null;
  readonly again: () => void;
}

/** Deeds that fit the words, the best first; without words those that are not quiet. */
export function fittingDeeds(deeds: readonly DeedRow[], words: readonly string[]): readonly DeedRow[] {
  if (words.length === 0) return deeds.filter(({ isQuiet }) => isQuiet !== true);
  return deeds
    .flatMap((deed, at) => {
      const fit = fitOf(words, `${deed.text} ${deed.sort}`);
      return fit === null ? [] : [{ deed, fit: fit + (deed.isQuiet === true ? 0.5 : 0), at }];
    })
    .sort((a, b) => a.fit - b.fit || a.at - b.at)
    .slice(0, MOST_DEEDS)
    .map(({ deed }) => deed);
}

/** Rows for what was typed. */
export function useRows(world: PaletteWorld, deeds: readonly DeedRow[], query: string): PaletteParts {
  const say = useSay();
  const { org, kinds } = world;
  const words = useMemo(() => wordsOf(query), [query]);
  const asked = useLate(words.join(" "));
  const wanted = words.join(" ");
  const answer = useQuery({
    ...ask("search", { params: { organisation: org }, query: { q: asked, size: String(MOST_FOUND) } }),
    enabled: asked !== "",
    // An answer to other words is never shown.
    placeholderData: () => undefined,
  });
  const isAsking = wanted !== "" && (asked !== wanted || answer.isFetching);
  const data = asked === wanted && wanted !== "" ? answer.data : undefined;
  const found = useMemo(
    () =>
      (data?.items ?? []).flatMap((hit): readonly PaletteRow[] => {
        const to = addressOf(org, hit, kinds);
        const sort = hit.kind === "resource" || hit.kind === "proxy" ? hit.type : say(`palette.sort.${hit.kind}`);
        const detail = [hit.kind === "mesh" ? "" : hit.mesh, hit.detail].filter((text) => text !== "").join(" · ");
        return to === "" ? [] : [{ id: `${hit.kind} ${hit.kri} ${hit.id} ${to}`, text: hit.name, detail, sort, to }];
      }),
    [data, org, kinds, say],
  );
  const recent = useMemo(() => (words.length === 0 ? recentRows(org) : []), [org, words]);
  return {
    recent,
    deeds: fittingDeeds(deeds, words),
    found,
    total: data?.total ?? 0,
    isAsking,
    error: asked === wanted && wanted !== "" ? answer.error : null,
    again: () => void answer.refetch(),
  };
}

/** The text as it was when it last stood still. */
function useLate(text: string): string {
  const [late, setLate] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLate(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return late;
}
