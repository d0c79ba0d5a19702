// Who may call whom in all meshes of an organisation, from their views: the face of match/access for the floors above.
import { type AccessChange, type MeshAccess, meshAccess, meshDelta } from "#match/access/access.ts";
import { type Ask, askOf } from "#match/access/ask.ts";
import { type ReachQuestion, reachOf as reachIn } from "#match/access/reach.ts";
import { indexView, type ViewIndex } from "#match/match.ts";
import type { Digest } from "#model/json.ts";
import { zoneOf } from "#model/kind/dataplane-zone.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { type CompileMemo, meshesOf } from "./compile.ts";
import { soundPart } from "./sound.ts";

export type { AccessChange, MeshAccess, Pair } from "#match/access/access.ts";
export { type Ask, askOf } from "#match/access/ask.ts";
export type { Reach, ReachPath, ReachQuestion } from "#match/access/reach.ts";
export type { Finding } from "#match/lint/finding.ts";
export { lintMesh } from "#match/lint/lint.ts";

/** Sorted by mesh; a mesh that is as it was keeps its rows' identity. */
export type Access = ReadonlyMap<string, MeshAccess>;

export interface AccessContext {
  readonly digest: Digest;
  /** Compiles of the same views by zone: what they have indexed is not indexed again. */
  readonly compiled?: ReadonlyMap<string, CompileMemo>;
}

/** Who may call whom. `before` changes the time and nothing else. Never throws for what users wrote. */
export function accessOf(views: readonly View[], context: AccessContext, before?: Access): Access {
  const sorted = [...views].sort((a, b) => (a.mesh.name < b.mesh.name ? -1 : 1));
  return new Map(
    sorted.map((view) => {
      const old = before?.get(view.mesh.name);
      return [view.mesh.name, old !== undefined && isOf(old, view) ? old : soundAccess(view, context, old)];
    }),
  );
}

/** An organisation has a thousand meshes, and one of them has changed. */
function isOf({ zones }: MeshAccess, view: View): boolean {
  for (const index of zones.values()) if (index.view !== view) return false;
  return true;
}

/** Resources that cannot be read are left out, as the compile leaves them out. */
function soundAccess(view: View, context: AccessContext, old: MeshAccess | undefined): MeshAccess {
  try {
    return meshAccess(indexesOf(view, context, old), old);
  } catch {
    return meshAccess(indexesOf(soundPart(view).view, { digest: context.digest }, undefined));
  }
}

/** What clients gained or lost between two moments, sorted by mesh, client and service; a rule that gave way to another is no change. */
export function accessDelta(before: Access, after: Access): readonly AccessChange[] {
  const meshes = [...new Set([...before.keys(), ...after.keys()])].sort();
  return meshes.flatMap((mesh) => meshDelta(before.get(mesh) ?? null, after.get(mesh) ?? null));
}

/** One mesh for questions alone, without all of its pairs. */
export interface Sight {
  readonly zones: MeshAccess["zones"];
  readonly ask: Ask;
}

/** What questions about the mesh need. `before` changes the time and nothing else. Never throws for what users wrote. */
export function sightOf(view: View, context: AccessContext, before?: Pick<Sight, "zones">): Sight {
  try {
    const zones = indexesOf(view, context, before);
    return { zones, ask: soundAsk(askOf(zones, before?.zones), view, context) };
  } catch {
    return soundSight(view, context);
  }
}

/** Resources that cannot be read are left out, as the compile leaves them out. */
function soundAsk(ask: Ask, view: View, context: AccessContext): Ask {
  let sound: Sight | undefined;
  return (question) => {
    try {
      return (sound?.ask ?? ask)(question);
    } catch (error) {
      if (sound !== undefined) throw error;
      sound = soundSight(view, context);
      return sound.ask(question);
    }
  };
}

function soundSight(view: View, { digest }: AccessContext): Sight {
  const zones = indexesOf(soundPart(view).view, { digest }, undefined);
  return { zones, ask: askOf(zones) };
}

/** Whether one may call another in a mesh, or whom of the two nobody knows. */
export function reachOf({ zones }: MeshAccess, question: ReachQuestion): ReturnType<typeof reachIn> {
  return reachIn(zones, question);
}

/** The view as each zone sees it that has a dataplane of the mesh. */
function indexesOf(
  view: View,
  { digest, compiled }: AccessContext,
  old: Pick<MeshAccess, "zones"> | undefined,
): MeshAccess["zones"] {
  const zones = new Set(resourcesOf(view, "Dataplane").map((one) => zoneOf(one) ?? ""));
  // A mesh without dataplanes has nobody, and is there all the same.
  if (zones.size === 0) zones.add("");
  return new Map(
    [...zones].sort().map((zone): [string, ViewIndex] => {
      const known = compiled?.get(zone);
      const index = known && meshesOf(known).get(view.mesh.name)?.index;
      return [zone, index?.view === view ? index : indexed(view, zone, digest, old?.zones.get(zone))];
    }),
  );
}

function indexed(view: View, zone: string, digest: Digest, before: ViewIndex | undefined): ViewIndex {
  return before?.view === view ? before : indexView(view, zone, digest, before);
}
