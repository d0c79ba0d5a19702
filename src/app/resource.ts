// Handlers of resources: list, get, put, delete, for every kind of the table.

import { nextPage, readPageQuery } from "#api/page.ts";
import { permitKind } from "#control/permission.ts";
import { Fault } from "#model/fault.ts";
import { hashedName } from "#model/hashed-name.ts";
import type { Kind } from "#model/kind.ts";
import { ALL_KINDS, kindOfType } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";
import { kriOf } from "#model/kri-of.ts";
import type { ResourceKey } from "#model/resource.ts";
import { toWire } from "#model/wire.ts";
import type { StoredResource } from "#store/face/resource.ts";
import { pretty, quoted, readEtags, unchanged } from "./answer.ts";
import { readJson } from "./body.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { writeIdOf } from "./write-id.ts";

/** GET of a list, of one mesh, of a global kind, or across meshes. */
export const listResources: Handler<"api"> = async (call) => {
  const kind = kindOf(call);
  refuseKubernetes(call.url);
  const query = readPageQuery(call.url.searchParams);
  const { mesh } = call.params;
  const { name, labels, offset, size } = query;
  const { total, items } = await call.app.reader.list(call.caller, {
    type: kind.type,
    labels,
    offset,
    size,
    ...(mesh === undefined ? {} : { mesh }),
    ...(name === undefined ? {} : { nameContains: name }),
  });
  const next = nextPage(call.url.href, query, total);
  return pretty({ total, items: items.map(({ resource }) => toWire(resource)), next });
};

/** GET of one, with its ETag; 304 where If-None-Match names it. */
export const getResource: Handler<"api"> = async (call) => {
  refuseKubernetes(call.url);
  return answerItem(call, await call.app.reader.get(call.caller, keyOf(call)));
};

/** GET by KRI: looked up by name, and found only if its KRI is the one asked for. */
export const getByKri: Handler<"api"> = async (call) => {
  refuseKubernetes(call.url);
  const text = param(call, "kri");
  const kri = parseKri(text);
  const kind = kri === null ? undefined : ALL_KINDS.find((row) => row.shortName === kri.shortName);
  if (kri === null || kind === undefined || kri.section !== "") {
    throw new Fault("malformed", `${JSON.stringify(text)} is not the KRI of a resource`, {
      title: "Could not retrieve a resource",
      violations: [{ field: "kri", reason: "must be kri_<type>_<mesh>_<zone>_<namespace>_<name>_" }],
    });
  }
  permitKind(call.caller.scopes, "read", kind);
  // What a zone made may be stored under its name with a hash.
  const names = kri.zone === "" ? [kri.name] : [kri.name, hashedName(kri.mesh, kri.name, kri.zone)];
  for (const name of names) {
    const key = { type: kind.type, mesh: kri.mesh, name };
    const found = await call.app.reader.get(call.caller, key).catch((fault: unknown) => {
      if (fault instanceof Fault && fault.code === "absent" && name !== names.at(-1)) return null;
      throw fault;
    });
    if (found !== null && kriOf(found.resource) === text) return answerItem(call, found);
  }
  throw new Fault("absent", "Not found");
};

function answerItem(call: ApiCall, { resource, etag }: StoredResource): Response {
  // A status is no user's: it changes, and the ETag that guards users' writes stays.
  const mayDiffer = kindOfType(resource.type)?.computed === true || Object.keys(resource.status ?? {}).length > 0;
  const known = mayDiffer ? null : readEtags(call.request.headers.get("if-none-match"), true);
  if (known?.some((tag) => tag === etag || tag === "*") === true) return unchanged(etag);
  return pretty(toWire(resource), 200, { etag: quoted(etag) });
}

/** PUT: 201 when created, 200 when replaced; `If-Match` guards against somebody else's write. */
export const putResource: Handler<"api"> = async (call) => {
  refuseReadOnly(call);
  const key = keyOf(call);
  const body = await readJson(call);
  const { revision, results } = await call.app.writer.apply(call.caller, {
    put: [{ key, body, ...(await expectation(call, key)) }],
    delete: [],
    reason: call.caller.reason ?? "",
    writeId: writeIdOf(call),
  });
  const [result] = results;
  if (result === undefined) throw new TypeError("the writer gave no result for a put");
  const { created, etag, warnings } = result;
  return pretty(warnings.length === 0 ? {} : { warnings }, created ? 201 : 200, {
    etag: quoted(etag),
    ...inRevision(revision),
  });
};

/** DELETE: 200 with an empty object, as Kuma answers. */
export const deleteResource: Handler<"api"> = async (call) => {
  refuseReadOnly(call);
  const key = keyOf(call);
  const { revision } = await call.app.writer.apply(call.caller, {
    put: [],
    delete: [{ key, ...(await expectation(call, key)) }],
    reason: call.caller.reason ?? "",
    writeId: writeIdOf(call),
  });
  return pretty({}, 200, inRevision(revision));
};

/** Kuma's answers have no place for it in their body. */
function inRevision(revision: number): Readonly<Record<string, string>> {
  return { "weft-revision": String(revision) };
}

/** What If-Match asks for. Of several tags the one that stands there is taken; the store compares again in its batch. */
async function expectation(call: ApiCall, key: ResourceKey): Promise<{ readonly ifMatch?: string }> {
  const { headers } = call.request;
  if (headers.has("if-none-match")) {
    throw new Fault("malformed", "If-None-Match is not for writes: use If-Match, or leave it out");
  }
  if (!headers.has("if-match")) return {};
  const tags = readEtags(headers.get("if-match"), false);
  if (tags === null) throw new Fault("malformed", 'If-Match must be * or ETags in double quotes: "abc", "def"');
  const [first = "", ...more] = tags;
  if (more.length === 0) return { ifMatch: first };
  const current = await call.app.reader.get(call.caller, key);
  return { ifMatch: tags.includes(current.etag) ? current.etag : first };
}

function refuseReadOnly(call: ApiCall): void {
  const { type, readOnly } = kindOf(call);
  if (readOnly) throw new Fault("read-only", `${type} is written by the control plane alone`);
}

function refuseKubernetes(url: URL): void {
  const format = url.searchParams.get("format");
  if (format === null || format === "universal") return;
  throw new Fault("malformed", `The format ${JSON.stringify(format.slice(0, 40))} is not supported`, {
    violations: [{ field: "format", reason: "must be universal, or left out" }],
  });
}

export function keyOf(call: ApiCall): ResourceKey {
  const { type, scope } = kindOf(call);
  return { type, mesh: scope === "Global" ? "" : param(call, "mesh"), name: param(call, "name") };
}

export function kindOf(call: ApiCall): Kind {
  const { kind } = call.operation;
  if (kind === null) throw new TypeError(`${call.operation.name} is about no kind`);
  return kind;
}
