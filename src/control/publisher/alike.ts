// What the envelopes of all zones say alike: of each mesh, and of the zones' tokens. Made anew only where it differs.
import type { Envelope } from "#api/zone.ts";
import type { MeshTrust } from "#control/authority/mesh-trust.ts";
import { rulesOf } from "#control/rollback/rule.ts";
import type { TenantState } from "#control/state.ts";
import type { Read } from "#control/view/standing.ts";
import type { TrustedView } from "#control/view/view.ts";
import { durationMs } from "#model/duration.ts";
import type { Digest } from "#model/json.ts";
import type { SharedText } from "#store/face/snapshot.ts";
import { type EncodedMembers, encodeMembers } from "#trust/envelope.ts";
import { meshSaid, type SaidMesh, zonesSaid } from "./said.ts";

/** One object as long as it is the same. */
export interface Alike {
  readonly meshes: Envelope["meshes"];
  /** As text. */
  readonly zoneTokens: string;
  /** Made when an envelope is first signed with it. */
  readonly members: () => EncodedMembers & SharedText;
}

export type SayAlike = (state: TenantState, read: Read) => Alike;

/** Most writes change nothing of what a thousand meshes are said to be. */
export function openAlike(digest: Digest): SayAlike {
  let last: Alike | null = null;
  return (state, { views, zoneTrust }) => {
    const meshes = views.map((one) => saidOf(state, one));
    const said = zonesSaid(zoneTrust);
    const zoneTokens = JSON.stringify(said);
    const isSame = last?.zoneTokens === zoneTokens && sameMeshes(last.meshes, meshes);
    if (last !== null && isSame) return last;
    let made: (EncodedMembers & SharedText) | undefined;
    const members = (): EncodedMembers & SharedText => {
      if (made === undefined) {
        const encoded = encodeMembers({ meshes, ...said });
        made = { ...encoded, hash: digest(encoded.text) };
      }
      return made;
    };
    last = { meshes, zoneTokens, members };
    return last;
  };
}

/** By identity first: what is read again, as after a Secret's change, often says the same. */
function sameMeshes(before: readonly SaidMesh[], now: readonly SaidMesh[]): boolean {
  if (before.length !== now.length) return false;
  return now.every((mesh, at) => mesh === before[at] || JSON.stringify(mesh) === JSON.stringify(before[at]));
}

const said = new WeakMap<MeshTrust, SaidMesh>();

/** What envelopes say of a mesh; the same object while it is the same. */
function saidOf(state: TenantState, { view, trust }: TrustedView): SaidMesh {
  const before = said.get(trust);
  const { loads } = loadsAsked(state, view.mesh.name);
  if (before?.bundle === view.bundle && before.loads?.windowSeconds === loads?.windowSeconds) return before;
  const made = { ...meshSaid(view.mesh.name, trust, view.bundle), ...(loads && { loads }) };
  said.set(trust, made);
  return made;
}

/** How long requests are counted: as the longest rule of the mesh wants it; nothing where no rule looks at them. */
function loadsAsked(state: TenantState, mesh: string): Pick<SaidMesh, "loads"> {
  const windows = rulesOf(state, mesh).flatMap(({ rule }) =>
    rule.errorRate === undefined ? [] : [(durationMs(rule.window) ?? 0) / 1000],
  );
  return windows.length === 0 ? {} : { loads: { windowSeconds: Math.ceil(Math.max(...windows)) } };
}
