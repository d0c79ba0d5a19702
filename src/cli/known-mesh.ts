// Asking about what is in a mesh that a user has named: where there is no such mesh, which there are.
import type { Client } from "#api/caller.ts";
import type { Connection } from "./connection.ts";
import { Failure } from "./failure.ts";
import { kindOfWord } from "./kind-word.ts";

/** What was wanted of a mesh; `""` where it is of none. */
export interface InMesh {
  readonly mesh: string;
  /** The Failure's first line: `Dataplane web-1 could not be read`. */
  readonly what: string;
  /** What to do where the mesh is there, and what was named in it is not. */
  readonly absent?: string;
  /** The command takes `--all`. */
  readonly all?: boolean;
}

/** As `connection.ask`; where something is absent because its mesh is, the Failure says so and names the meshes that there are. */
export async function askOfMesh<T>(
  connection: Connection,
  { mesh, what, absent, all = false }: InMesh,
  work: (client: Client, organisation: string) => Promise<T>,
): Promise<T> {
  try {
    return await connection.ask(what, work, absent);
  } catch (thrown) {
    if (mesh === "" || !(thrown instanceof Failure) || thrown.exit !== "absent") throw thrown;
    const { client, target } = connection;
    // Of an organisation that is not the caller's, everything is absent: then the first answer stands.
    const meshes = await client
      .resources(target.organisation)
      .list(kindOfWord("Mesh"), "")
      .catch(() => undefined);
    if (meshes === undefined || meshes.some(({ name }) => name === mesh)) throw thrown;
    const known = meshes.map(({ name }) => name).join(", ") || "none";
    throw new Failure(
      "absent",
      {
        what,
        where: target.url,
        why: `there is no mesh ${mesh}`,
        fix: `-m MESH chooses one${all ? ", --all takes all" : ""}; known: ${known}`,
      },
      thrown,
    );
  }
}

/** Throws the Failure of an absent mesh. */
export async function requireMesh(connection: Connection, mesh: string, what: string): Promise<void> {
  await askOfMesh(connection, { mesh, what }, (client, organisation) =>
    client.resources(organisation).get(kindOfWord("Mesh"), "", mesh),
  );
}
