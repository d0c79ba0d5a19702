// Taking a zone out of the mesh for all others, and back in.
import type { Connection } from "#cli/connection.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { askOfZone } from "./known-zone.ts";

/** Where the change stands: a relay that has this sequence has it. Null = the zone was so already. */
export interface Switched {
  readonly sequence: number;
  readonly revision: number;
}

/** Writes `enabled` of the Zone, guarded against somebody else's write. */
export async function switchZone(
  connection: Connection,
  name: string,
  enabled: boolean,
  reason: string,
): Promise<Switched | null> {
  const kind = kindOfWord("Zone");
  return askOfZone(
    connection,
    name,
    `zone ${name} could not be ${enabled ? "enabled" : "disabled"}`,
    async (client, organisation) => {
      const before = await client.resources(organisation).get(kind, "", name);
      if ((before.enabled !== false) === enabled) return null;
      const resource = { ...before, type: "Zone", name, enabled };
      const body = { put: [{ resource }], reason };
      const { sequence, revision } = await client.call("createChange", { params: { organisation }, body });
      return { sequence, revision };
    },
  );
}
