// Rows of the route table. The control plane itself, and its organisations.
import * as kuma from "#api/kuma.ts";
import { pageOf, pageQuery } from "#api/page.ts";
import { route } from "#api/route.ts";
import * as weft from "#api/weft.ts";
import { bodyFaults, openTo } from "./base.ts";

const operate = { path: "/v1/organisations", auth: "operator", verb: null, tag: "Control plane" } as const;

export const PLANE = {
  health: route({
    ...openTo,
    method: "get",
    path: "/healthy",
    tag: "Control plane",
    summary: "Whether the control plane answers",
    answer: "text",
    statuses: [200],
  }),
  openapi: route({
    ...openTo,
    method: "get",
    path: "/openapi.json",
    tag: "Control plane",
    summary: "This description, as OpenAPI 3.1",
    answer: kuma.insight,
    statuses: [200],
  }),
  listOrganisations: route({
    ...operate,
    method: "get",
    summary: "Organisations of this control plane",
    query: pageQuery,
    answer: pageOf(weft.organisation),
    statuses: [200],
    faults: ["malformed"],
  }),
  createOrganisation: route({
    ...operate,
    method: "post",
    summary: "Create an organisation with its first admin token",
    body: weft.newOrganisation,
    limit: 4096,
    answer: weft.createdOrganisation,
    statuses: [201],
    faults: [...bodyFaults, "invalid", "conflict"],
  }),
} as const;
