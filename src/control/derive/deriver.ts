// A deriver: one thing that follows from others, as a pure function of what would stand.
import type { TenantState } from "#control/state.ts";
import type { Derived } from "./derived.ts";
import type { MeshWorld } from "./mesh-world.ts";
import type { World } from "./world.ts";

export interface Deriver {
  /** Types whose change may change what is derived; `Mesh` is the mesh itself, and a join or leave is a `Dataplane`'s. */
  readonly watches: readonly string[];
  /** What differs from what stands, and nothing else: on its own result it derives nothing. */
  readonly derive: (mesh: MeshWorld, world: Pick<World, "now" | "global">) => Derived;
  /** When time alone changes the result next, in milliseconds since 1970; null = never. */
  readonly due?: (state: TenantState) => number | null;
}
