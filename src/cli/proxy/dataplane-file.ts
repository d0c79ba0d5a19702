// The resource that a proxy brings along: from a file, standard input, or the command line itself.
import { parseSource } from "#cli/apply/document.ts";
import type { Source } from "#cli/apply/source.ts";
import { Failure, usage } from "#cli/failure.ts";
import { isProxyKind, PROXY_KINDS, type ProxyKind } from "#model/proxy-kind.ts";

export interface BroughtDataplane {
  /** Empty for a zone's ingress or egress. */
  readonly mesh: string;
  readonly name: string;
  /** As JSON text. */
  readonly resource: string;
}

/** Reads one resource of this kind; `mesh` and `name` fill what it leaves out and must agree with what it says. Throws Failure. */
export function readDataplane(
  source: Source,
  given: { mesh?: string | undefined; name?: string | undefined },
  kind: ProxyKind = "Dataplane",
): BroughtDataplane {
  const { resources, faults } = parseSource(source);
  const wrong = (line: number, why: string, fix = "correct the file"): Failure =>
    new Failure("invalid", { what: `the ${kind} cannot be used`, where: `${source.name}:${line}`, why, fix });
  if (faults[0] !== undefined) throw wrong(faults[0].line, faults[0].text);
  const [brought, another] = resources;
  if (brought === undefined) throw wrong(1, "it is empty");
  if (another !== undefined) throw wrong(another.line(""), "it holds more than one resource");
  const { type } = brought.value;
  if (type !== kind) {
    const why = `type is ${JSON.stringify(type)}, and must be ${JSON.stringify(kind)}`;
    const meant =
      typeof type === "string" && isProxyKind(type) ? `--type ${PROXY_KINDS[type].word} runs a ${type}` : undefined;
    throw wrong(brought.line("type"), why, meant);
  }
  const name = agreed("name", brought.value.name, given.name, source.name);
  if (name === undefined) throw wrong(brought.line(""), "it has no name, and there is no --name");
  if (PROXY_KINDS[kind].zonal) {
    if (brought.value.mesh !== undefined) throw wrong(brought.line("mesh"), `a ${kind} belongs to no mesh`);
    return { mesh: "", name, resource: JSON.stringify({ ...brought.value, name }) };
  }
  const mesh = agreed("mesh", brought.value.mesh, given.mesh, source.name) ?? "default";
  return { mesh, name, resource: JSON.stringify({ ...brought.value, mesh, name }) };
}

function agreed(field: string, written: unknown, given: string | undefined, file: string): string | undefined {
  const inFile = typeof written === "string" && written !== "" ? written : undefined;
  if (inFile !== undefined && given !== undefined && inFile !== given) {
    throw usage(
      `--${field} ${given} is not the ${field} in ${file}: ${inFile}`,
      `leave out --${field}, or correct the file`,
    );
  }
  return inFile ?? given;
}
