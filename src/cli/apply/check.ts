// Every document checked before anything is sent: type, name, twins, and all rules of its kind.

import { ALL_KINDS, kindOfType } from "#model/kinds.ts";
import { nearestWord } from "#model/nearest.ts";
import { keyText, type ResourceKey, shownKey } from "#model/resource.ts";
import { fromWire } from "#model/wire.ts";
import type { Finding, WrittenResource } from "./document.ts";
import { meantText } from "./field-name.ts";
import { unsupportedText } from "./kuma-type.ts";

/** A document that may be sent. */
export interface CheckedResource {
  readonly written: WrittenResource;
  readonly key: ResourceKey;
  readonly body: Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };
}

export interface Checked {
  /** In the order in which kinds have to be applied, then as written. */
  readonly resources: readonly CheckedResource[];
  readonly findings: readonly Finding[];
}

/** Checks all documents; `mesh` is the mesh of those that name none. */
export function checkResources(written: readonly WrittenResource[], mesh: string): Checked {
  const findings: Finding[] = [];
  const resources: CheckedResource[] = [];
  const seen = new Map<string, WrittenResource>();
  for (const document of written) {
    const checked = checkOne(document, mesh, findings);
    if (checked === undefined) continue;
    const text = keyText(checked.key);
    const twin = seen.get(text);
    if (twin !== undefined) {
      findings.push(
        findingAt(document, "name", `${shownKey(checked.key)} stands in ${twin.file}:${twin.line("name")} too`),
      );
    }
    seen.set(text, document);
    resources.push(checked);
  }
  const rank = new Map(ALL_KINDS.map((kind, index) => [kind.type, index]));
  resources.sort((a, b) => (rank.get(a.key.type) ?? 0) - (rank.get(b.key.type) ?? 0));
  return { resources, findings };
}

const KUBERNETES =
  "this is the Kubernetes form; write type for kind, name for metadata.name, mesh for the label kuma.io/mesh, and labels " +
  "for metadata.labels; spec stays";

function checkOne(document: WrittenResource, defaultMesh: string, findings: Finding[]): CheckedResource | undefined {
  const { value } = document;
  const { type, name } = value;
  const find = (field: string, text: string): undefined => void findings.push(findingAt(document, field, text));
  if (type === undefined && value.apiVersion !== undefined) {
    return find("apiVersion", KUBERNETES);
  }
  if (typeof type !== "string" || type === "") return find("type", "type: is missing; it says what the resource is");
  const kind = kindOfType(type);
  if (kind === undefined) {
    const unsupported = unsupportedText(type);
    if (unsupported !== undefined) return find("type", `type: ${unsupported}`);
    const near = nearestWord(
      type,
      ALL_KINDS.map((row) => row.type),
    );
    return find(
      "type",
      `type: there is no type ${JSON.stringify(type)}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
  if (kind.readOnly) return find("type", `type: ${type} is written by the control plane alone`);
  if (typeof name !== "string" || name === "") return find("name", "name: is missing; it must be a text");
  const said = value.mesh;
  const mesh = kind.scope === "Global" ? "" : typeof said === "string" && said !== "" ? said : defaultMesh;
  const body = kind.scope === "Mesh" && said === undefined ? { ...value, mesh } : value;
  const read = fromWire(kind, body, { mesh, name });
  for (const { field, reason } of read.violations ?? []) {
    find(field, `${field === "" ? "" : `${field}: `}${reason}${meantText(kind, field, reason)}`);
  }
  return { written: document, key: { type, mesh, name }, body: { ...body, type, name } };
}

/** A finding at a field of a document. */
export function findingAt(document: WrittenResource, field: string, text: string): Finding {
  return { file: document.file, document: document.document, line: document.line(field), text };
}

/** `mesh.yaml:12 (document 2): spec.to[0]: …`, in the order of `files`, then of what was found first, and of lines. */
export function findingsText(findings: readonly Finding[], files: readonly string[] = []): string {
  const most = 50;
  const order = [...new Set([...files, ...findings.map(({ file }) => file)])];
  const sorted = [...findings].sort((a, b) => order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line);
  const lines = sorted
    .slice(0, most)
    .map(({ file, document, line, text }) => `${file}:${line} (document ${document}): ${text}`);
  if (sorted.length > most) lines.push(`… and ${sorted.length - most} more`);
  return lines.join("\n");
}
