// MeshProxyPatch: runs when all policies have written, on what came out; resources that are patched alike are patched once.
import type { JsonMessage, NativeEnvoy } from "#envoy/native.ts";
import type { Policies } from "#match/matched.ts";
import type { Bindings, Json } from "#model/json.ts";
import type { ProxyPatchConf } from "#model/policy/mesh-proxy-patch.ts";
import { sameJson } from "#model/same.ts";
import { fill, fillPartly, type Template } from "#snapshot/template.ts";
import type { Generated, TracedField } from "#xds/resource.ts";
import type { Complaint } from "#xds/trace.ts";
import { hostNames, isAbout, type Subject } from "./apply.ts";
import { foreignSecret } from "./foreign-secret.ts";
import { addedOrigin, originOf } from "./origin.ts";
import { patchedTemplate, replaces } from "./patched-template.ts";
import { MESSAGES, type Prepared, type PreparedConf, prepare, sourceOf } from "./prepared.ts";

export type Part = "inbound" | "outbound" | "proxy";

/** By what was hit; `own` where the result holds values of one proxy, and stands below its bindings too. */
type Results = Map<string, Generated | "own">;

export interface Patcher {
  /** What was generated, patched as the policies say; the same object where nothing is. */
  patch(made: Generated, part: Part, policies: Policies, bindings: Bindings): Generated;
}

const TYPE = "MeshProxyPatch";

/** Whether any patch holds. */
export function isPatched(policies: Policies): boolean {
  return policies[TYPE] !== undefined;
}

/** `native` null: the descriptors are not there, and each policy that asks for a patch is told so. */
export function createPatcher(native: NativeEnvoy | null): Patcher {
  const confs = new WeakMap<object, PreparedConf>();
  const known = new WeakMap<Generated, WeakMap<PreparedConf, Results>>();
  return {
    patch(made, part, policies, bindings) {
      const conf = policies[TYPE]?.conf as ProxyPatchConf | undefined;
      if (conf === undefined) return made;
      if (native === null)
        return withComplaints(made, part, [
          { source: { ...sourceOf(0), pointer: "" }, reason: "Envoy's descriptors are not at hand" },
        ]);
      let prepared = confs.get(conf);
      if (prepared === undefined) {
        prepared = prepare(conf, native);
        confs.set(conf, prepared);
      }
      const byConf = known.get(made) ?? new WeakMap<PreparedConf, Results>();
      known.set(made, byConf);
      const results: Results = byConf.get(prepared) ?? new Map();
      byConf.set(prepared, results);
      const alike = keyOf(made, part, prepared, bindings);
      const key = results.get(alike) === "own" ? `${alike} ${JSON.stringify(bindings)}` : alike;
      const before = results.get(key);
      if (before !== undefined && before !== "own") return before;
      const { result, own } = patched(made, part, prepared, bindings, native);
      if (own && key === alike) results.set(alike, "own");
      results.set(own ? `${alike} ${JSON.stringify(bindings)}` : key, result);
      return result;
    },
  };
}

/** Complaints of the conf itself are told once a proxy. */
function withComplaints(made: Generated, part: Part, complaints: readonly Complaint[]): Generated {
  return part !== "proxy" || complaints.length === 0
    ? made
    : { ...made, complaints: [...made.complaints, ...complaints] };
}

function templates({ listener, cluster, route, extras }: Generated): readonly Template[] {
  return [cluster, listener, route, ...extras].flatMap((one) => one ?? []);
}

function subjectOf({ kind, name }: Template, part: Part, bindings: Bindings): Subject {
  const text = String(fillPartly(name, bindings));
  return { kind, name: text, origin: originOf(part, text), bindings };
}

/** Equal for bindings under which every modification hits the same: resources that are alike share what comes of it. */
function keyOf(made: Generated, part: Part, { modifications }: PreparedConf, bindings: Bindings): string {
  return templates(made)
    .map((template) => {
      const subject = subjectOf(template, part, bindings);
      const hosts = hostNames(template.body, subject);
      return modifications
        .map((one) => {
          if (!isAbout(one, subject, template.body)) return replaces(one, subject) ? "r" : "-";
          if (one.kind !== "virtualHost" || one.match.name === undefined) return "x";
          return hosts.map((name) => (name === one.match.name ? "1" : "0")).join("");
        })
        .join("");
    })
    .join("|");
}

function patched(
  made: Generated,
  part: Part,
  { modifications, complaints: unread }: PreparedConf,
  bindings: Bindings,
  native: NativeEnvoy,
): { readonly result: Generated; readonly own: boolean } {
  const complaints: Complaint[] = [];
  let own = false;
  const fields: TracedField[] = [];
  const patch = (template: Template, list: readonly Prepared[], origin?: string): Template | null => {
    const subject = subjectOf(template, part, bindings);
    const result = patchedTemplate(template, list, origin === undefined ? subject : { ...subject, origin }, native);
    complaints.push(...result.complaints);
    own ||= result.own;
    if (result.template !== null) {
      for (const index of result.by) {
        const { kind, name } = result.template;
        fields.push({ kind, resource: name, field: "", sources: [sourceOf(index)] });
      }
    }
    return result.template;
  };
  const maybe = (template: Template | null): Template | null =>
    template === null ? null : patch(template, modifications);
  const listener = maybe(made.listener);
  const kept = made.extras.map((extra) => [extra, maybe(extra)] as const);
  const isGone = (name: Json): boolean =>
    kept.some(([one, now]) => now === null && one.kind === "listener" && sameJson(one.name, name));
  // Routes are a listener's own, and have its name where they stand beside it.
  const extras = kept.flatMap(([{ kind, name }, now]) =>
    now === null || (kind === "route" && isGone(name)) ? [] : [now],
  );
  if (part === "proxy") {
    modifications.forEach((one, position) => {
      if (one.operation !== "Add" || (one.kind !== "cluster" && one.kind !== "listener") || one.value === null) return;
      const { body } = fill({ kind: one.kind, name: "x", body: one.value }, {});
      const wrong = native.problem(MESSAGES[one.kind], body) ?? foreignSecret(body, null);
      const source = sourceOf(one.index);
      if (wrong !== null) complaints.push({ source, reason: `native Envoy resource is not valid: ${wrong}` });
      const { name } = one.value;
      const later = modifications.slice(position + 1);
      const isLast = !later.some(
        ({ operation, kind, value }) => operation === "Add" && kind === one.kind && value?.name === name,
      );
      if (wrong !== null || !isLast) return;
      const added = patch({ kind: one.kind, name: name ?? "", body: one.value }, later, addedOrigin(one.kind));
      if (added === null) return;
      fields.push({ kind: one.kind, resource: added.name, field: "", sources: [source] });
      extras.push(added);
    });
  }
  const result: Generated = {
    listener,
    cluster: maybe(made.cluster),
    // Routes are a listener's own.
    route: made.listener !== null && listener === null ? null : maybe(made.route),
    extras,
    fields: [],
    complaints: [...made.complaints, ...distinct(complaints)],
    locality: made.locality,
    before: made,
  };
  const all = { ...result, fields: [...standing(made, result), ...fields] };
  return { result: withComplaints(all, part, unread), own };
}

/** Fields that policies wrote and that still hold what they wrote at the same place. */
function standing(before: Generated, after: Generated): readonly TracedField[] {
  const now = new Map(templates(after).map((one) => [nameOf(one), one]));
  const was = new Map(templates(before).map((one) => [nameOf(one), one]));
  return before.fields.filter((field) => {
    const key = `${field.kind} ${JSON.stringify(field.resource)}`;
    const [a, b] = [was.get(key), now.get(key)];
    if (a === undefined || b === undefined) return false;
    return a === b || JSON.stringify(at(a.body, field.field)) === JSON.stringify(at(b.body, field.field));
  });
}

function nameOf({ kind, name }: Template): string {
  return `${kind} ${JSON.stringify(name)}`;
}

function at(body: Json, pointer: string): Json {
  let value: Json = body;
  for (const step of pointer.split("/").slice(1)) {
    value = (value as JsonMessage | null)?.[step.replaceAll("~1", "/").replaceAll("~0", "~")] ?? null;
  }
  return value;
}

function distinct(complaints: readonly Complaint[]): readonly Complaint[] {
  return [...new Map(complaints.map((one) => [JSON.stringify(one), one])).values()];
}
