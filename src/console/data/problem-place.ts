// Where what a problem is about is seen.
import type { OverviewProblem } from "#api/overview.ts";
import { type KindRow, kindOfType } from "./kind.ts";

/** A page of the console, for a link. */
export interface Place {
  readonly to: string;
  readonly params: Readonly<Record<string, string>>;
  readonly search?: Readonly<Record<string, string>>;
}

type About = OverviewProblem["about"];
type Finder = (about: About, org: string, kinds: readonly KindRow[]) => Place | undefined;

const zones: Finder = (_, org) => ({ to: "/o/$org/zones", params: { org } });
const certificates: Finder = (_, org) => ({ to: "/o/$org/certificates", params: { org } });

const proxies: Finder = ({ mesh }, org) =>
  mesh === undefined
    ? undefined
    : { to: "/o/$org/m/$mesh/proxies", params: { org, mesh }, search: { state: "offline" } };

const outdated: Finder = ({ mesh }, org) =>
  mesh === undefined
    ? zones({}, org, [])
    : { to: "/o/$org/m/$mesh/proxies", params: { org, mesh }, search: { envoy: "old" } };

const versions: Finder = ({ mesh }, org) =>
  mesh === undefined ? undefined : { to: "/o/$org/m/$mesh/proxies", params: { org, mesh }, search: { sort: "envoy" } };

const services: Finder = ({ mesh, name = "" }, org) =>
  mesh === undefined ? undefined : { to: "/o/$org/m/$mesh/services", params: { org, mesh }, search: { name } };

const proxy: Finder = ({ mesh = "", name }, org) =>
  mesh === "" || name === undefined ? undefined : { to: "/o/$org/m/$mesh/proxies/$name", params: { org, mesh, name } };

const tokens: Finder = ({ name = "" }, org) => ({ to: "/o/$org/tokens", params: { org }, search: { name } });

const revision: Finder = ({ revision: number }, org) =>
  number === undefined ? undefined : { to: "/o/$org/activity/$revision", params: { org, revision: String(number) } };

const plan: Finder = ({ plan: id }, org) =>
  id === undefined ? undefined : { to: "/o/$org/plans/$plan", params: { org, plan: id } };

const webhook: Finder = ({ webhook: id }, org) =>
  id === undefined ? undefined : { to: "/o/$org/webhooks/$id", params: { org, id } };

const resource: Finder = ({ type = "", mesh = "", name = "" }, org, kinds) => {
  const plural = kindOfType(kinds, type)?.path;
  if (plural === undefined || name === "") return undefined;
  const params = { org, plural, name };
  return mesh === "" || type === "Mesh"
    ? { to: "/o/$org/resources/$plural/$name", params }
    : { to: "/o/$org/m/$mesh/resources/$plural/$name", params: { ...params, mesh } };
};

/** By the problem's kind; those of a newer control plane lead nowhere. */
const FINDERS: Readonly<Record<string, Finder>> = {
  "zone.unknown": zones,
  "zone.empty": zones,
  "relay.unknown": zones,
  "join.refused": zones,
  "service.down": services,
  "proxy.rejected": proxy,
  "proxy.offline": proxies,
  "proxy.outdated": outdated,
  "proxy.versions": versions,
  "certificate.ending": certificates,
  "certificate.expiring": certificates,
  "resource.fault": resource,
  "lint.error": resource,
  "lint.warning": resource,
  "rollout.unfinished": revision,
  "plan.waiting": plan,
  "webhook.disabled": webhook,
  "token.expiring": tokens,
  "token.expired": tokens,
};

/** The page that shows what the problem is about; undefined where there is none. */
export function placeOf({ kind, about }: OverviewProblem, org: string, kinds: readonly KindRow[]): Place | undefined {
  return FINDERS[kind]?.(about, org, kinds);
}
