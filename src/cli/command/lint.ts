// `weft lint`: what is doubtful in meshes, or would be after files are applied.
import { EXIT_CODES } from "#api/exit-code.ts";
import { LINT_SEVERITIES, type WireFinding } from "#api/lint.ts";
import { findingsText } from "#cli/apply/check.ts";
import type { Position } from "#cli/apply/field-line.ts";
import { checkDocuments, FILE_OPTION } from "#cli/apply/read.ts";
import type { Command, Invocation } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { isText, printAnswer } from "#cli/output.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import { keyText } from "#model/resource.ts";

interface Options {
  readonly file?: readonly string[];
  readonly mesh?: string;
  readonly severity: string;
  readonly failOn: string;
}

/** A finding, and where its field stands in the files that were linted. */
type Placed = WireFinding & { readonly file?: string } & Partial<Position>;

const STYLES = { error: "red", warning: "yellow", info: "dim" } as const;

export const command: Command<Options> = {
  about:
    "Looks for what works and is likely not meant so: services that let nobody in, permissions that let everybody in, " +
    "policies and routes without effect, names that nobody has, plaintext. With -f, in the meshes of these files as they " +
    "would be if the files were applied, each finding with its file, line and column; nothing is written.\n\n" +
    `Exit code ${EXIT_CODES.invalid.code}: something as grave as --fail-on was found.`,
  options: [
    FILE_OPTION,
    { flags: "-m, --mesh <mesh>", help: "one mesh, and that of documents that name none (all meshes unless given)" },
    { flags: "--severity <severity>", help: "show what is as grave", choices: [...LINT_SEVERITIES], default: "info" },
    {
      flags: "--fail-on <severity>",
      help: "fail if something as grave is found",
      choices: [...LINT_SEVERITIES, "never"],
      default: "error",
    },
  ],
  examples: [
    "weft lint",
    "weft lint -f policies/ --fail-on warning",
    "weft lint -m default --severity warning -o json",
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    const { output, failOn } = options;
    const items = await findingsOf(invocation);
    const shown = items.filter(({ severity }) => isAsGrave(severity, options.severity));
    printAnswer(terminal, output, {
      value: { total: shown.length, items: shown },
      name: shown.map(({ code, type, name }) => `${code} ${type}/${name}`),
      text: () => shown.map((one) => findingText(terminal, one)).join(""),
    });
    if (isText(output)) terminal.err(`${countText(items)}\n`);
    return items.some(({ severity }) => failOn !== "never" && isAsGrave(severity, failOn))
      ? EXIT_CODES.invalid.code
      : EXIT_CODES.ok.code;
  },
};

async function findingsOf(invocation: Invocation<Options>): Promise<readonly Placed[]> {
  const { options } = invocation;
  const { mesh, file = [] } = options;
  const query = mesh === undefined ? {} : { mesh };
  const absent = "weft get meshes lists what there is";
  if (file.length === 0) {
    const found = await connect(invocation).ask(
      "the meshes could not be looked at",
      (client, organisation) => client.call("lint", { params: { organisation }, query }),
      absent,
    );
    return found.items;
  }
  const read = { ...invocation, options: { ...options, file, mesh: mesh ?? "default" } };
  const { resources, findings, files } = await checkDocuments(read);
  if (findings.length > 0) {
    throw new Failure("invalid", {
      what: findings.length === 1 ? "1 fault in the files" : `${findings.length} faults in the files`,
      why: findingsText(findings, files),
      fix: "mend them and lint again",
    });
  }
  if (resources.length === 0) throw usage("there is nothing to lint: no document in -f has content", "check the files");
  const body = { put: resources.map((one) => ({ resource: { ...one.body } })) };
  const found = await connect(invocation).ask(
    "the files could not be looked at",
    (client, organisation) => client.call("lintChange", { params: { organisation }, query, body }),
    absent,
  );
  const written = new Map(resources.map((one) => [keyText(one.key), one.written]));
  return found.items.map((item) => {
    const own = written.get(keyText({ ...item, mesh: item.type === "Mesh" ? "" : item.mesh }));
    return own === undefined ? item : { ...item, file: own.file, ...own.position(item.field) };
  });
}

function isAsGrave(severity: string, least: string): boolean {
  const rank = (one: string): number => (LINT_SEVERITIES as readonly string[]).indexOf(one);
  return rank(severity) <= rank(least);
}

function findingText(
  terminal: Terminal,
  { severity, code, mesh, type, name, field, what, why, fix, file, line, column }: Placed,
): string {
  const where = `${type}/${name}${mesh === name && type === "Mesh" ? "" : ` in mesh ${mesh}`}${field === "" ? "" : ` ${field}`}`;
  const place = file === undefined ? "" : `  file   ${file}:${line}:${column}\n`;
  return (
    `${styled(terminal, STYLES[severity], severity)} ${styled(terminal, "bold", what)} (${code})\n` +
    `${place}  where  ${where}\n  why    ${why}\n  fix    ${fix}\n`
  );
}

function countText(items: readonly Placed[]): string {
  if (items.length === 0) return "Nothing is doubtful.";
  const counts = LINT_SEVERITIES.flatMap((severity) => {
    const count = items.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count > 1 && severity !== "info" ? "s" : ""}`];
  });
  return `${counts.join(", ")}.`;
}
