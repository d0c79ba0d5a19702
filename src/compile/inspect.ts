// Looking into one mesh without compiling a zone: its index, kept to be asked about, and whom policies and services select.
import type { NativeEnvoy } from "#envoy/native.ts";
import { indexView, shadowView, type ViewIndex } from "#match/match.ts";
import { selectedByPolicy, selectedByService } from "#match/selected-view.ts";
import type { Digest } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { createGroupMaker, type GroupMaker } from "./group.ts";
import { soundPart } from "./sound.ts";

type Dataplane = Resource<DataplaneSpec>;

/** One mesh as one zone sees it, indexed: each question costs one proxy. */
export interface Inspection {
  readonly view: View;
  readonly zone: string;
  readonly native: NativeEnvoy | null;
  readonly index: ViewIndex;
  readonly maker: GroupMaker;
  /** The same with shadow policies acting; itself where there are none. */
  readonly shadow: () => Inspection;
}

export interface InspectionContext {
  readonly zone: string;
  readonly digest: Digest;
  /** Envoy's descriptors; needed where a MeshProxyPatch holds. */
  readonly native?: NativeEnvoy | null;
}

/** Indexes a view to be asked about; `previous` changes the time and nothing else. Never throws for what users wrote. */
export function inspectView(
  view: View,
  { zone, digest, native = null }: InspectionContext,
  previous?: Inspection,
): Inspection {
  if (previous?.view === view && previous.zone === zone && previous.native === native) return previous;
  let index: ViewIndex;
  try {
    index = indexView(view, zone, digest, previous?.index);
  } catch {
    index = indexView(soundPart(view).view, zone, digest);
  }
  let shadow: Inspection | undefined;
  const inspection: Inspection = {
    view,
    zone,
    native,
    index,
    maker: createGroupMaker(view.mesh.name, digest, native),
    shadow: () => {
      const acting = shadowView(index.view);
      shadow ??= acting === index.view ? inspection : inspectView(acting, { zone, digest, native }, inspection);
      return shadow;
    },
  };
  return inspection;
}

/** Dataplanes of all zones that a policy selects, shadow policies as if they acted; null where there is no such policy. */
export function dataplanesOfPolicy(inspection: Inspection, type: string, name: string): readonly Dataplane[] | null {
  return selectedByPolicy(inspection.shadow().index, type, name);
}

/** Dataplanes of all zones that a MeshService selects; null where there is no such service. */
export function dataplanesOfService({ index }: Inspection, name: string): readonly Dataplane[] | null {
  return selectedByService(index, name);
}
