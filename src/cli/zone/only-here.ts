// Services that one zone alone offers: nobody answers for them while it is disabled.
import type { Connection } from "#cli/connection.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { LABEL, SERVICE_TAG } from "#model/tag.ts";

export interface ServiceInMesh {
  readonly mesh: string;
  readonly service: string;
}

/** What is needed of a Dataplane, as the API gives it. */
interface Placed {
  readonly mesh?: unknown;
  readonly labels?: Readonly<Record<string, string>>;
  readonly networking?: {
    readonly inbound?: readonly { readonly tags?: Readonly<Record<string, string>> }[];
    readonly gateway?: { readonly tags?: Readonly<Record<string, string>> };
  };
}

/** By mesh, then by name. */
export function servicesOnlyIn(zone: string, dataplanes: readonly Placed[]): readonly ServiceInMesh[] {
  const zones = new Map<string, Set<string>>();
  for (const { mesh, labels, networking } of dataplanes) {
    const offered = [...(networking?.inbound ?? []), networking?.gateway].map((one) => one?.tags?.[SERVICE_TAG]);
    for (const service of new Set(offered)) {
      if (service === undefined) continue;
      const key = JSON.stringify([mesh, service]);
      zones.set(key, (zones.get(key) ?? new Set()).add(labels?.[LABEL.zone] ?? ""));
    }
  }
  return [...zones]
    .filter(([, places]) => places.size === 1 && places.has(zone))
    .map(([key]) => {
      const [mesh, service] = JSON.parse(key) as [string, string];
      return { mesh, service };
    })
    .toSorted((a, b) => (a.mesh + a.service < b.mesh + b.service ? -1 : 1));
}

/** Asked of all meshes. */
export async function onlyHere(connection: Connection, zone: string): Promise<readonly ServiceInMesh[]> {
  const dataplanes = await connection.ask("the dataplanes could not be listed", (client, organisation) =>
    client.resources(organisation).list(kindOfWord("Dataplane"), ""),
  );
  return servicesOnlyIn(zone, dataplanes as readonly Placed[]);
}
