// Endpoint sets that nobody called when the views were made: events that are told by these views say nothing of them.
import { type CompileInput, type CompileMemo, compile, setIn } from "#compile/compile.ts";
import { type Standing, standingViews } from "#compile/standing-view.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Overlay } from "#snapshot/overlay.ts";
import { digest } from "./digest.ts";

export interface LoneSetsOptions {
  /** Who has come and gone since the views were made. */
  readonly beyond: Pick<Overlay, "standing">;
  /** What the zone is compiled of, without those. */
  readonly input: () => CompileInput;
}

export interface LoneSets {
  /** The sets of these clusters of a mesh, as the control plane will make them. */
  of(mesh: string, clusters: readonly string[]): ReadonlyMap<string, EndpointSet>;
}

/** Compiles all who are here, each time that it is asked and somebody calls what nobody called. */
export function createLoneSets({ beyond, input }: LoneSetsOptions): LoneSets {
  let memo: CompileMemo | undefined;
  return {
    of(mesh, clusters) {
      const found = new Map<string, EndpointSet>();
      if (clusters.length === 0) return found;
      const given = input();
      const here = given.views.flatMap(({ mesh: { name } }) => [...beyond.standing(name)].map(standingOf));
      memo = compile({ ...given, views: standingViews(given.views, given.zone, here) }, digest, memo).memo;
      for (const cluster of clusters) {
        const set = setIn(memo, mesh, cluster);
        if (set !== undefined) found.set(cluster, set);
      }
      return found;
    },
  };
}

function standingOf({ mesh, name, event }: ReturnType<Overlay["standing"]>[number]): Standing {
  return { mesh, name, resource: event?.resource ?? null };
}
