// A service that a user has named: where nobody is called so, the one that was likely meant.
import type { WireAccess } from "#api/access.ts";
import type { Connection } from "#cli/connection.ts";
import { Failure } from "#cli/failure.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { allPages } from "#cli/pages.ts";
import { nearestWord } from "#model/nearest.ts";
import { SERVICE_TAG } from "#model/tag.ts";

interface Networking {
  readonly inbound?: readonly { readonly tags?: Readonly<Record<string, string>> }[];
  readonly gateway?: { readonly tags?: Readonly<Record<string, string>> };
}

/** Throws the Failure of an absent service; one that nobody may call, and that calls nobody, is there all the same. */
export async function requireService(connection: Connection, mesh: string | undefined, name: string): Promise<void> {
  const what = "who may call whom could not be told";
  const names = await connection.ask(what, async (client, organisation) => {
    const [pairs, proxies] = await Promise.all([
      allPages<WireAccess>((query) =>
        client.call("access", { params: { organisation }, query: { ...query, ...(mesh !== undefined && { mesh }) } }),
      ),
      client.resources(organisation).list(kindOfWord("Dataplane"), mesh ?? ""),
    ]);
    const tags = proxies.flatMap((one) => {
      const { inbound = [], gateway } = (one as { readonly networking?: Networking }).networking ?? {};
      return [...inbound, gateway ?? {}].flatMap((part) => part.tags?.[SERVICE_TAG] ?? []);
    });
    return [...new Set([...pairs.flatMap(({ from, to }) => [from, to]), ...tags])].sort();
  });
  if (name === "*" || names.includes(name)) return;
  const near = nearestWord(name, names);
  const all = mesh === undefined ? "weft access lists all" : `weft access -m ${mesh} lists those of the mesh`;
  throw new Failure("absent", {
    what,
    where: connection.target.url,
    why: `there is no service ${name}${mesh === undefined ? "" : ` in mesh ${mesh}`}`,
    fix: near === undefined ? all : `did you mean ${near}? ${all}`,
  });
}
