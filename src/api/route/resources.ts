// Rows of the route table. Resources of every kind, by the table of kinds.
import * as kuma from "#api/kuma.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import { route } from "#api/route.ts";
import { get, MIB, ORG, writeFaults } from "./base.ts";

const put = { method: "put", auth: "api", verb: "write", tag: "Resources", statuses: [200, 201] } as const;

const remove = { method: "delete", auth: "api", verb: "delete", tag: "Resources", statuses: [200] } as const;

export const RESOURCES = {
  listGlobal: route({ ...get, each: "Global", path: `${ORG}/{plural}` }, () => ({
    summary: "List {kinds}",
    query: pageQuery,
    answer: pageOf(kuma.resource),
  })),
  listAcross: route({ ...get, each: "Mesh", path: `${ORG}/{plural}` }, () => ({
    summary: "List {kinds} of all meshes",
    query: pageQuery,
    answer: pageOf(kuma.resource),
  })),
  list: route({ ...get, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}` }, () => ({
    summary: "List {kinds} of a mesh",
    query: pageQuery,
    answer: pageOf(kuma.resource),
  })),
  getGlobal: route({ ...get, each: "Global", path: `${ORG}/{plural}/{name}` }, () => ({
    summary: "Get a {kind}",
    query: kuma.formatQuery,
    answer: kuma.resource,
    statuses: [200, 304],
  })),
  get: route({ ...get, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}` }, () => ({
    summary: "Get a {kind}",
    query: kuma.formatQuery,
    answer: kuma.resource,
    statuses: [200, 304],
  })),
  putGlobal: route({ ...put, each: "Global", path: `${ORG}/{plural}/{name}`, limit: MIB }, () => ({
    summary: "Create or replace a {kind}",
    body: kuma.resource,
    answer: kuma.written,
    faults: writeFaults,
  })),
  put: route({ ...put, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}`, limit: MIB }, () => ({
    summary: "Create or replace a {kind}",
    body: kuma.resource,
    answer: kuma.written,
    faults: writeFaults,
  })),
  deleteGlobal: route({ ...remove, each: "Global", path: `${ORG}/{plural}/{name}` }, () => ({
    summary: "Delete a {kind}",
    answer: kuma.empty,
    faults: writeFaults,
  })),
  delete: route({ ...remove, each: "Mesh", path: `${ORG}/meshes/{mesh}/{plural}/{name}` }, () => ({
    summary: "Delete a {kind}",
    answer: kuma.empty,
    faults: writeFaults,
  })),
} as const;
