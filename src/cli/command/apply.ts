// `weft apply -f …`: every document is checked first, then all are written in one change or none.

import { MOST_CHANGES } from "#api/weft.ts";
import { type CheckedResource, checkResources, findingAt, findingsText } from "#cli/apply/check.ts";
import { type Finding, parseSource } from "#cli/apply/document.ts";
import { absentServices } from "#cli/apply/reference.ts";
import { readSources } from "#cli/apply/source.ts";
import type { Command } from "#cli/command.ts";
import { connect } from "#cli/connection.ts";
import { Failure, usage } from "#cli/failure.ts";
import { MESH_OPTION } from "#cli/kind-word.ts";
import { printValue } from "#cli/output.ts";
import { REASON_OPTION } from "#cli/reason.ts";
import { type PlaceOf, progressText, timesText } from "#cli/rollout/text.ts";
import { follow, TIMEOUT_OPTION } from "#cli/rollout/watch.ts";
import { Fault } from "#model/fault.ts";

interface Options {
  readonly file: readonly string[];
  readonly mesh: string;
  readonly reason: string;
  readonly wait?: boolean;
  readonly timeout: string;
}

export const command: Command<Options> = {
  about:
    "Reads YAML (several documents in a file too) and JSON. Documents are decoded and checked before anything is sent, " +
    "then written in one revision: all of them or none. A folder is read with its subfolders.",
  options: [
    {
      flags: "-f, --file <path>",
      help: "a file, a folder, or - for standard input; may be repeated",
      repeat: true,
      required: true,
    },
    { ...MESH_OPTION, help: "mesh of documents that name none" },
    REASON_OPTION,
    { flags: "--wait", help: "follow the revision until all proxies have it, as `weft rollout watch` does" },
    TIMEOUT_OPTION,
  ],
  examples: [
    "weft apply -f mesh.yaml",
    "weft apply -f policies/ -f extra.json",
    "weft apply -f policies/ --wait --timeout 60s",
    "weft get mtp -o yaml | weft apply -f -",
  ],
  async run(invocation) {
    const { options, terminal, cwd } = invocation;
    const sources = await readSources(options.file, cwd, () => terminal.input());
    const parsed = sources.map(parseSource);
    const checked = checkResources(
      parsed.flatMap(({ resources }) => resources),
      options.mesh,
    );
    const findings = [...parsed.flatMap(({ faults }) => faults), ...checked.findings];
    const files = sources.map((source) => source.name);
    if (findings.length > 0) throw refused(findings, files);
    const { resources } = checked;
    if (resources.length === 0)
      throw usage("there is nothing to apply: no document in -f has content", "check the files");
    if (resources.length > MOST_CHANGES) {
      throw usage(
        `${resources.length} resources are too many for one change`,
        `apply at most ${MOST_CHANGES} at a time`,
      );
    }
    const connection = connect(invocation);
    const applied = await connection.ask(
      "the change was refused; nothing was written",
      async (client, organisation) => {
        const put = resources.map(({ body }) => ({ resource: { ...body } }));
        const body = { put, ...(options.reason === "" ? {} : { reason: options.reason }) };
        return client.call("createChange", { params: { organisation }, body }).catch((thrown: unknown) => {
          throw placed(thrown, resources);
        });
      },
    );
    const absent = await absentServices(connection.client, connection.target.organisation, resources);
    const results = resources.map(({ key, written }, index) => ({
      ...key,
      created: applied.results[index]?.created ?? false,
      warnings: [...(applied.results[index]?.warnings ?? []), ...(absent[index] ?? [])],
      file: written.file,
    }));
    for (const { type, name, warnings } of results)
      for (const text of warnings) terminal.err(`warning: ${type} ${name}: ${text}\n`);
    if (options.output === "json" || options.output === "yaml") {
      printValue(terminal, options.output, { revision: applied.revision, results });
    } else if (options.output === "name") terminal.out(results.map(({ type, name }) => `${type}/${name}\n`).join(""));
    else {
      for (const { type, mesh, name, created } of results) {
        terminal.out(`${created ? "created" : "updated"} ${type} ${name}${mesh === "" ? "" : ` in mesh ${mesh}`}\n`);
      }
      terminal.err(`Revision ${applied.revision}.\n`);
    }
    if (options.wait !== true) return 0;
    const { revision } = applied;
    const body = await follow(connection, terminal, {
      ...{ revision, timeout: options.timeout },
      placeOf: placeIn(resources),
    });
    terminal.err(`${progressText(body)}\n`);
    const times = timesText(body);
    if (times !== "") terminal.err(`${times}\n`);
    return 0;
  },
};

/** Where a rule stands in the documents that were applied. */
function placeIn(resources: readonly CheckedResource[]): PlaceOf {
  return ({ type, mesh, name }, rule) => {
    const found = resources.find(({ key }) => key.type === type && key.mesh === mesh && key.name === name);
    return found && `${found.written.file}:${found.written.line(rule)}`;
  };
}

function refused(findings: readonly Finding[], files: readonly string[]): Failure {
  const count = findings.length === 1 ? "1 fault" : `${findings.length} faults`;
  return new Failure("invalid", {
    what: `${count} in what was to be applied; nothing was sent`,
    why: findingsText(findings, files),
    fix: "mend them and apply again",
  });
}

/** The control plane's violations, at the lines of the documents they are about. */
function placed(thrown: unknown, resources: readonly CheckedResource[]): unknown {
  if (!(thrown instanceof Fault) || thrown.violations.length === 0) return thrown;
  const findings: Finding[] = [];
  for (const { field, reason } of thrown.violations) {
    const [, index, rest = ""] = /^put\[(\d+)\](?:\.resource)?\.?(.*)$/.exec(field) ?? [];
    const ofAbsentMesh = field === "mesh" ? inMeshOf(reason, resources) : [];
    for (const { written } of ofAbsentMesh)
      findings.push(findingAt(written, "mesh", `mesh: ${reason}; weft get meshes lists those that are there`));
    if (ofAbsentMesh.length > 0) continue;
    const resource = index === undefined ? undefined : resources[Number(index)];
    if (resource === undefined) return thrown;
    const remedy =
      rest === "mesh" && reason.endsWith("is not found") ? "; weft get meshes lists those that are there" : "";
    findings.push(findingAt(resource.written, rest, rest === "" ? reason : `${rest}: ${reason}${remedy}`));
  }
  return new Failure(
    "invalid",
    {
      what: "the change was refused; nothing was written",
      why: findingsText(findings),
      fix: "mend them and apply again",
    },
    thrown,
  );
}

/** The control plane says once that a mesh is absent, without a document: those that are in a mesh of that name. */
function inMeshOf(reason: string, resources: readonly CheckedResource[]): readonly CheckedResource[] {
  const [, mesh] = /\bname (\S+) is not found/.exec(reason) ?? [];
  return mesh === undefined ? [] : resources.filter(({ key }) => key.mesh === mesh);
}
