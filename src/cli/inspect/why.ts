// Asks the control plane why a proxy is configured as it is, and prints the answer.
import type { Why } from "#api/inspection.ts";
import type { Invocation, OptionRow } from "#cli/command.ts";
import { type Connection, connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { kindOfWord } from "#cli/kind-word.ts";
import { printValue } from "#cli/output.ts";
import { styled } from "#cli/terminal.ts";
import type { Kind } from "#model/kind.ts";
import { POLICIES } from "#model/kinds.ts";
import { nearestWord } from "#model/nearest.ts";
import { whyText } from "./why-text.ts";

export interface WhyFlags {
  readonly mesh: string;
  readonly policy?: string;
  readonly field?: string;
  readonly envoy?: boolean;
  readonly unset?: boolean;
}

/** Options that narrow or widen the answer; a field is an argument of `weft why`. */
export const WHY_OPTIONS: readonly OptionRow[] = [
  { flags: "--policy <type>", help: "settings of one type of policy: MeshTimeout, mt" },
  { flags: "--envoy", help: "with each setting the Envoy fields that it became" },
  { flags: "--unset", help: "with each policy the fields that nobody set" },
];

/** Prints each setting of the proxy with the rule that set it and those that it beat. Returns the exit code. */
export async function showWhy(invocation: Invocation<WhyFlags>, name: string): Promise<number> {
  const { options, terminal } = invocation;
  const { mesh, output } = options;
  const policy = options.policy === undefined ? undefined : policyOfWord(options.policy);
  const connection = connect(invocation);
  const query = {
    ...(policy === undefined ? {} : { policy: policy.type }),
    ...(options.field === undefined ? {} : { field: options.field }),
    ...(options.unset === true ? { unset: "true" } : {}),
  };
  const why = await connection
    .ask(`dataplane ${name} could not be read`, (client, organisation) =>
      client.call("dataplaneWhy", { params: { organisation, mesh, name }, query }),
    )
    .catch(async (thrown: unknown) => {
      throw (await absentProxy(thrown, connection, mesh, name)) ?? thrown;
    });
  if (output === "json" || output === "yaml") printValue(terminal, output, why);
  else if (output === "name")
    terminal.out(
      setters(why)
        .map((setter) => `${setter}\n`)
        .join(""),
    );
  else {
    const text = whyText(terminal, why, { envoy: options.envoy === true });
    if (text === "") terminal.err(`No setting of ${name} matches.\n`);
    else terminal.out(`${styled(terminal, "bold", name)} in mesh ${mesh}\n\n${text}`);
  }
  return 0;
}

/** `MeshTimeout/slow`, each once: whoever set something. */
function setters({ places }: Why): readonly string[] {
  const all = places.flatMap(({ settings }) => settings.map(({ setBy }) => `${setBy.type}/${setBy.name}`));
  return [...new Set(all)].sort();
}

/** The policy kind of a word. Throws a usage failure that names those that there are. */
export function policyOfWord(word: string): Kind {
  const kind = kindOfWord(word, POLICIES);
  if (kind.policy !== undefined) return kind;
  const known = POLICIES.map(({ type }) => type).join(", ");
  throw usage(`${kind.type} is no policy that proxies are configured by`, `known: ${known}`);
}

/** What is absent, the mesh or the proxy in it, with the nearest that is there; undefined where it was another failure. */
async function absentProxy(
  thrown: unknown,
  connection: Connection,
  mesh: string,
  name: string,
): Promise<Failure | undefined> {
  if (!(thrown instanceof Failure) || thrown.exit !== "absent") return undefined;
  const { client, target } = connection;
  const list = (type: string, of: string): Promise<readonly string[] | undefined> =>
    client
      .resources(target.organisation)
      .list(kindOfWord(type), of)
      .then(
        (found) => found.map((one) => one.name),
        () => undefined,
      );
  const where = target.url;
  const meshes = await list("Mesh", "");
  if (meshes === undefined) return undefined;
  if (!meshes.includes(mesh)) {
    const fix = `-m MESH chooses one; known: ${meshes.join(", ") || "none"}`;
    return new Failure("absent", { what: `there is no mesh ${mesh}`, where, fix }, thrown);
  }
  const near = nearestWord(name, (await list("Dataplane", mesh)) ?? []);
  const guess = near === undefined ? "" : `did you mean ${near}? `;
  const fix = `${guess}weft get dataplanes -m ${mesh} lists those that there are`;
  return new Failure("absent", { what: `there is no proxy ${name} in mesh ${mesh}`, where, fix }, thrown);
}
