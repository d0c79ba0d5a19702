// Meshes as pages show them, and which of them the reader looks at.
import { useParams } from "@tanstack/react-router";
import { useAnswer } from "./api.ts";
import { remember, remembered } from "./memory.ts";

interface Totals {
  readonly total?: number;
  readonly online?: number;
}

/** What of a mesh's insight pages read. Policies stand among resources too. */
export interface MeshTotals {
  readonly name: string;
  readonly creationTime: string;
  readonly dataplanes?: Totals;
  readonly services?: Totals;
  /** Empty where there is none. */
  readonly mTLS?: { readonly issuedBackends?: Readonly<Record<string, Totals>> };
  readonly resources?: Readonly<Record<string, Totals>>;
}

/** The meshes of an organisation. */
export function useMeshes(organisation: string) {
  const answer = useAnswer("meshInsights", { params: { organisation }, query: { size: "1000" } }, 30_000);
  return { answer, meshes: (answer.data?.items ?? []) as unknown as readonly MeshTotals[] };
}

const keyOf = (organisation: string): string => `mesh of ${organisation}`;

export function rememberMesh(organisation: string, mesh: string): void {
  remember(keyOf(organisation), mesh);
}

/** The mesh to look at: the address's, else the one looked at last while it is there, else the first; null where there is none. */
export function chosenMesh(asked: string | undefined, last: string | null, names: readonly string[]): string | null {
  if (asked !== undefined) return asked;
  if (last !== null && names.includes(last)) return last;
  return names[0] ?? null;
}

/** The chosen mesh, and all there are. */
export function useMesh(organisation: string) {
  const { mesh: asked } = useParams({ strict: false });
  const { answer, meshes } = useMeshes(organisation);
  const names = meshes.map(({ name }) => name);
  return { mesh: chosenMesh(asked, remembered(keyOf(organisation)), names), names, answer };
}
