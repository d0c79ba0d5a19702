// Rows of the route table. Resources of every kind, by the table of kinds.
import * as kuma from "#api/kuma.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import { get, MIB, ORG, writeFaults } from "./base.ts";

const put = { method: "put", auth: "api", verb: "write", tag: "Resources", statuses: [200, 201] } as const;

const remove = { method: "delete", auth: "api", verb: "delete", tag: "Resources", statuses: [200] } as const;

export const RESOURCES = {
  listGlobal: { ...get, each: "Global", path: `${ORG}/{plural}` },
  listAcross: { ...get, each: "Mesh", path: `${ORG}/{plural}` },
  list: { ...get, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}` },
  getGlobal: { ...get, each: "Global", path: `${ORG}/{plural}/{name}` },
  get: { ...get, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}` },
  putGlobal: { ...put, each: "Global", path: `${ORG}/{plural}/{name}`, limit: MIB },
  put: { ...put, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}`, limit: MIB },
  deleteGlobal: { ...remove, each: "Global", path: `${ORG}/{plural}/{name}` },
  delete: { ...remove, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}` },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellResources() {
  return {
    listGlobal: {
      summary: "List {kinds}",
      query: pageQuery,
      answer: pageOf(kuma.resource),
    },
    listAcross: {
      summary: "List {kinds} of all meshes",
      query: pageQuery,
      answer: pageOf(kuma.resource),
    },
    list: {
      summary: "List {kinds} of a mesh",
      query: pageQuery,
      answer: pageOf(kuma.resource),
    },
    getGlobal: {
      summary: "Get a {kind}",
      query: kuma.formatQuery,
      answer: kuma.resource,
      statuses: [200, 304],
    },
    get: {
      summary: "Get a {kind}",
      query: kuma.formatQuery,
      answer: kuma.resource,
      statuses: [200, 304],
    },
    putGlobal: {
      summary: "Create or replace a {kind}",
      body: kuma.resource,
      answer: kuma.written,
      faults: writeFaults,
    },
    put: {
      summary: "Create or replace a {kind}",
      body: kuma.resource,
      answer: kuma.written,
      faults: writeFaults,
    },
    deleteGlobal: {
      summary: "Delete a {kind}",
      answer: kuma.empty,
      faults: writeFaults,
    },
    delete: {
      summary: "Delete a {kind}",
      answer: kuma.empty,
      faults: writeFaults,
    },
  } as const satisfies ToldOf<typeof RESOURCES>;
}
