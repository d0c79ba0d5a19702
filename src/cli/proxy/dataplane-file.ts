// The Dataplane that a proxy brings along: from a file, standard input, or the command line itself.
import { parseSource } from "#cli/apply/document.ts";
import type { Source } from "#cli/apply/source.ts";
import { Failure, usage } from "#cli/failure.ts";

export interface BroughtDataplane {
  readonly mesh: string;
  readonly name: string;
  /** As JSON text. */
  readonly resource: string;
}

/** Reads one Dataplane; `mesh` and `name` fill what it leaves out and must agree with what it says. Throws Failure. */
export function readDataplane(
  source: Source,
  given: { mesh?: string | undefined; name?: string | undefined },
): BroughtDataplane {
  const { resources, faults } = parseSource(source);
  const wrong = (line: number, why: string): Failure =>
    new Failure("invalid", {
      what: "the Dataplane cannot be used",
      where: `${source.name}:${line}`,
      why,
      fix: "correct the file",
    });
  if (faults[0] !== undefined) throw wrong(faults[0].line, faults[0].text);
  const [dataplane, another] = resources;
  if (dataplane === undefined) throw wrong(1, "it is empty");
  if (another !== undefined) throw wrong(another.line(""), "it holds more than one resource");
  const { type } = dataplane.value;
  if (type !== "Dataplane")
    throw wrong(dataplane.line("type"), `type is ${JSON.stringify(type)}, and must be "Dataplane"`);
  const mesh = agreed("mesh", dataplane.value.mesh, given.mesh, source.name) ?? "default";
  const name = agreed("name", dataplane.value.name, given.name, source.name);
  if (name === undefined) throw wrong(dataplane.line(""), "it has no name, and there is no --name");
  return { mesh, name, resource: JSON.stringify({ ...dataplane.value, mesh, name }) };
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
