// References to services that nobody offers yet: no mistake of form, so told beside what was applied.
import type { Client } from "#api/caller.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { allPages } from "#cli/pages.ts";
import { Fault } from "#model/fault.ts";
import { nearestWord } from "#model/nearest.ts";
import { LABEL } from "#model/tag.ts";
import type { CheckedResource } from "./check.ts";

/** A service that a document names, and where. */
export interface ServiceRef {
  readonly field: string;
  readonly name: string;
}

const REF_FIELDS = new Set(["targetRef", "backendRef", "backendRefs"]);
const SERVICE_KINDS = new Set(["MeshService", "MeshServiceSubset"]);

/** Every reference of a body to a service by its name. */
export function serviceRefs(body: unknown, field = "", isRef = false): readonly ServiceRef[] {
  if (Array.isArray(body)) return body.flatMap((item, index) => serviceRefs(item, `${field}[${index}]`, isRef));
  if (typeof body !== "object" || body === null) return [];
  const { kind, name } = body as { readonly kind?: unknown; readonly name?: unknown };
  if (isRef) {
    const named = typeof name === "string" && name !== "" && SERVICE_KINDS.has(String(kind));
    return named ? [{ field, name }] : [];
  }
  return Object.entries(body).flatMap(([key, member]) =>
    serviceRefs(member, field === "" ? key : `${field}.${key}`, REF_FIELDS.has(key)),
  );
}

/** `spec.to[0].targetRef: there is no service bakend in mesh default yet; did you mean backend?`, for each that is absent. */
export function absentServiceTexts(
  refs: readonly ServiceRef[],
  mesh: string,
  known: ReadonlySet<string>,
): readonly string[] {
  return refs.flatMap(({ field, name }) => {
    if (known.has(name)) return [];
    const near = nearestWord(name, [...known]);
    const meant = near === undefined ? "" : `; did you mean ${near}?`;
    return [`${field}: there is no service ${name} in mesh ${mesh} yet${meant}`];
  });
}

/** For each resource what it refers to that is not there; nothing where the token may not read services. */
export async function absentServices(
  client: Client,
  organisation: string,
  resources: readonly CheckedResource[],
): Promise<readonly (readonly string[])[]> {
  const refs = resources.map(({ body }) => serviceRefs(body));
  const meshes = new Set(resources.flatMap(({ key }, at) => (refs[at]?.length === 0 ? [] : [key.mesh])));
  try {
    const known = new Map(
      await Promise.all([...meshes].map(async (mesh) => [mesh, await servicesOf(client, organisation, mesh)] as const)),
    );
    return resources.map(({ key }, at) =>
      absentServiceTexts(refs[at] ?? [], key.mesh, known.get(key.mesh) ?? new Set()),
    );
  } catch (thrown) {
    // What was applied stands, whoever may look at it.
    if (thrown instanceof Fault) return resources.map(() => []);
    throw thrown;
  }
}

/** Names by which a mesh's services can be referred to: MeshServices, and values of kuma.io/service. */
async function servicesOf(client: Client, organisation: string, mesh: string): Promise<ReadonlySet<string>> {
  const [services, offered] = await Promise.all([
    client.resources(organisation).list(kindOfWord("MeshService"), mesh),
    allPages((query) => client.call("serviceInsights", { params: { organisation, mesh }, query })),
  ]);
  return new Set([
    ...services.flatMap(({ name, labels }) => [name, displayName(labels) ?? name]),
    ...offered.map(({ name }) => String(name)),
  ]);
}

function displayName(labels: unknown): string | undefined {
  return (labels as Readonly<Record<string, string>> | undefined)?.[LABEL.displayName];
}
