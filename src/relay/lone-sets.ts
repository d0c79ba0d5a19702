// Endpoint sets that newcomers alone call: nobody's before, so that what the snapshot has and later events change says nothing of them.
import { type CompileInput, type CompileMemo, compile, setIn } from "#compile/compile.ts";
import type { Newcomer } from "#compile/newcomer.ts";
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
  /** Of the clusters that these newcomers of a mesh call, those that the snapshot lacks, as the control plane will make them. */
  of(
    mesh: string,
    newcomers: Iterable<Newcomer>,
    isKnown: (cluster: string) => boolean,
  ): ReadonlyMap<string, EndpointSet>;
}

/** Compiles all who are here, each time that it is asked and somebody calls what nobody called. */
export function createLoneSets({ beyond, input }: LoneSetsOptions): LoneSets {
  let memo: CompileMemo | undefined;
  return {
    of(mesh, newcomers, isKnown) {
      const found = new Map<string, EndpointSet>();
      const called = new Set([...newcomers].flatMap(({ endpoints }) => endpoints.map(({ cluster }) => cluster)));
      const lone = [...called].filter((cluster) => !isKnown(cluster));
      if (lone.length === 0) return found;
      const given = input();
      const here = given.views.flatMap(({ mesh: { name } }) => [...beyond.standing(name)].map(standingOf));
      memo = compile({ ...given, views: standingViews(given.views, given.zone, here) }, digest, memo).memo;
      for (const cluster of lone) {
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
