// Asks the control plane why a proxy is configured as it is, and prints the answer.
import type { Why } from "#api/inspection.ts";
import type { Invocation, OptionRow } from "#cli/command.ts";
import { type Connection, connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { kindOfWord, typesText } from "#cli/kind-word.ts";
import { isText, printAnswer, type TextOutput } from "#cli/output.ts";
import { styled } from "#cli/terminal.ts";
import { CONF_PARTS, confFields } from "#model/conf-field.ts";
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
  if (
    options.field !== undefined &&
    why.places.every(({ settings, unset = [] }) => settings.length + unset.length === 0)
  )
    await requireField(connection, { mesh, name, field: options.field });
  const told = (form: TextOutput): string => {
    // `wide` cuts nothing, and leaves nothing out.
    const { columns: _, ...uncut } = terminal;
    return whyText(form === "wide" ? uncut : terminal, why, { envoy: options.envoy === true || form === "wide" });
  };
  const text = (form: TextOutput): string => {
    const lines = told(form);
    return lines === "" ? "" : `${styled(terminal, "bold", name)} in mesh ${mesh}\n\n${lines}`;
  };
  printAnswer(terminal, output, { value: why, name: setters(why), text });
  if (isText(output) && told(output) === "") terminal.err(`No setting of ${name} matches.\n`);
  return 0;
}

/** Throws the Failure of a text that is in the name of no setting: of none that the proxy has, and of none that a policy can have. */
async function requireField(
  connection: Connection,
  { mesh, name, field }: { readonly mesh: string; readonly name: string; readonly field: string },
): Promise<void> {
  const all = await connection.ask(`dataplane ${name} could not be read`, (client, organisation) =>
    client.call("dataplaneWhy", { params: { organisation, mesh, name } }),
  );
  const own = all.places.flatMap(({ settings }) => settings);
  const known = [
    ...own.map((one) => one.field),
    ...POLICIES.flatMap((kind) => CONF_PARTS.flatMap((part) => confFields(kind, part))),
  ];
  const texts = [...known, ...own.flatMap(({ envoy }) => envoy.map((one) => one.field))];
  if (texts.some((text) => text.toLowerCase().includes(field.toLowerCase()))) return;
  // What is asked for is a field's whole name, or its last word.
  const near = nearestWord(field, [...new Set(known.flatMap((text) => [text, text.replace(/^.*\./s, "")]))]);
  throw new Failure("absent", {
    what: `no setting is called ${field}: neither one of ${name}, nor any that a policy can have`,
    where: connection.target.url,
    fix: near === undefined ? `weft why ${name} -m ${mesh} lists all that it has` : `did you mean ${near}?`,
  });
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
  throw usage(`${kind.type} is no policy that proxies are configured by`, `known: ${typesText(POLICIES)}`);
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
