// Values that the control plane or the saved contexts know: names of meshes, zones, resources, proxies; numbers of revisions.
import type { Client } from "#api/client.ts";
import type { GlobalOptions, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { readConfig } from "#cli/context.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import type { Asked, Candidate } from "./candidates.ts";

/** A shell waits no longer for a word than a person does; milliseconds. */
const PATIENCE = 300;

type Place = Pick<Invocation<object>, "env" | "cwd" | "terminal">;

/** Nothing where nobody answers within `patience` milliseconds, and nothing is ever printed. */
export async function valuesFor(asked: Asked, place: Place, patience = PATIENCE): Promise<readonly Candidate[]> {
  const local = LOCAL[asked.placeholder];
  const look = local === undefined ? REMOTE[asked.placeholder] : undefined;
  try {
    if (local !== undefined) return local(place);
    if (look === undefined) return [];
    const options = Object.fromEntries(
      ["url", "token", "context"].flatMap((name) => (asked.options.has(name) ? [[name, asked.options.get(name)]] : [])),
    ) as Partial<GlobalOptions>;
    const tokenFile = asked.options.get("token-file");
    const { client, target } = connect({
      ...place,
      options: { output: "table", ...options, ...(tokenFile !== undefined && { tokenFile }) } as GlobalOptions,
    });
    const late = new Promise<readonly Candidate[]>((resolve) => setTimeout(resolve, patience, []).unref());
    return await Promise.race([look(client, target.organisation, asked), late]);
  } catch {
    return [];
  }
}

const LOCAL: Readonly<Record<string, (place: Place) => readonly Candidate[]>> = {
  type: () => ALL_KINDS.map((kind) => ({ value: kind.path, help: kind.type })),
  context: ({ env }) => Object.entries(readConfig(env).contexts).map(([value, { url }]) => ({ value, help: url })),
};

type Look = (client: Client, organisation: string, asked: Asked) => Promise<readonly Candidate[]>;

const revisions: Look = async (client, organisation) => {
  const { items } = await client.call("listRevisions", { params: { organisation }, query: { size: "50" } });
  return items.map(({ revision, reason, time }) => ({ value: `${revision}`, help: `${time} ${reason}`.trim() }));
};

const REMOTE: Readonly<Record<string, Look>> = {
  mesh: (client, organisation) => namesOf(client, organisation, "Mesh", ""),
  zone: (client, organisation) => namesOf(client, organisation, "Zone", ""),
  proxy: (client, organisation, asked) => namesOf(client, organisation, "Dataplane", meshOf(asked)),
  // The name of a resource whose type stands before it.
  name: async (client, organisation, asked) => {
    const [type] = asked.args;
    if (type === undefined) return [];
    return namesOf(client, organisation, type, meshOf(asked));
  },
  revision: revisions,
  rev1: revisions,
  rev2: revisions,
};

function meshOf({ options }: Asked): string {
  return options.get("mesh") ?? "default";
}

async function namesOf(
  client: Client,
  organisation: string,
  type: string,
  mesh: string,
): Promise<readonly Candidate[]> {
  const kind = kindOfWord(type);
  const items = await client.resources(organisation).list(kind, kind.scope === "Global" ? "" : mesh);
  return items.map(({ name }) => ({ value: name, help: kind.type }));
}
