// The table of pages. Each is loaded when it is first opened.
import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { ask, queries } from "./data/api.ts";
import { filtersOf } from "./data/filter.ts";
import { remembered } from "./data/memory.ts";
import { Frame } from "./shell/frame.tsx";
import { Failed, lazyRouteComponent } from "./shell/lazy-page.tsx";
import { Lost } from "./shell/lost.tsx";
import { OwnFrame } from "./shell/own-frame.tsx";
import { Root } from "./shell/root.tsx";
import { arrival } from "./sign/arrival.ts";

const root = createRootRoute({
  component: Root,
  notFoundComponent: Lost,
  errorComponent: Failed,
});

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async () => {
    const session = await queries.fetchQuery(ask("readSession", {})).catch(() => null);
    if (session === null) throw redirect({ to: "/sign-in" });
    throw redirect({ to: arrival(session, undefined, remembered("organisation")) });
  },
});

interface SignInSearch {
  /** The page that was asked for. */
  readonly from?: string;
  /** Somebody has just signed out. */
  readonly left?: boolean;
  /** Why a provider did not lead in. */
  readonly refused?: string;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: ({ from, left, refused }: Record<string, unknown>): SignInSearch => ({
    ...(typeof from === "string" && { from }),
    ...(left === true && { left }),
    ...(typeof refused === "string" && { refused }),
  }),
  component: lazyRouteComponent(() => import("./page/sign-in.tsx"), "SignIn"),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  validateSearch: ({ from, email }: Record<string, unknown>): { readonly from?: string; readonly email?: string } => ({
    ...(typeof from === "string" && { from }),
    ...(typeof email === "string" && { email }),
  }),
  component: lazyRouteComponent(() => import("./page/sign-up.tsx"), "SignUp"),
});

/** Tokens of mails; one of digits alone is read as a number out of the address. */
const tokenSearch = ({ token }: Record<string, unknown>): { readonly token?: string } =>
  typeof token === "string" || typeof token === "number" ? { token: String(token) } : {};

const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import("./page/verify.tsx"), "Verify"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  validateSearch: tokenSearch,
  component: lazyRouteComponent(() => import("./page/reset.tsx"), "Reset"),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  path: "/signed-in",
  component: lazyRouteComponent(() => import("./page/signed-in.tsx"), "SignedIn"),
});

const newOrganisation = createRoute({
  getParentRoute: () => root,
  path: "/new-organisation",
  component: lazyRouteComponent(() => import("./page/new-organisation.tsx"), "NewOrganisation"),
});

const own = createRoute({ getParentRoute: () => root, id: "own", component: OwnFrame });

const account = createRoute({
  getParentRoute: () => own,
  path: "/account",
  component: lazyRouteComponent(() => import("./page/account.tsx"), "Account"),
});

export const org = createRoute({ getParentRoute: () => root, path: "/o/$org", component: Frame });

const overview = createRoute({
  getParentRoute: () => org,
  path: "/",
  component: lazyRouteComponent(() => import("./page/overview.tsx"), "Overview"),
});

const firstSteps = createRoute({
  getParentRoute: () => org,
  path: "/start",
  component: lazyRouteComponent(() => import("./page/start.tsx"), "Start"),
});

const zones = createRoute({
  getParentRoute: () => org,
  path: "/zones",
  validateSearch: filtersOf("add"),
  component: lazyRouteComponent(() => import("./page/zones.tsx"), "Zones"),
});

const zone = createRoute({
  getParentRoute: () => org,
  path: "/zones/$zone",
  component: lazyRouteComponent(() => import("./page/zone.tsx"), "Zone"),
});

const meshes = createRoute({
  getParentRoute: () => org,
  path: "/meshes",
  component: lazyRouteComponent(() => import("./page/meshes.tsx"), "Meshes"),
});

const activity = createRoute({
  getParentRoute: () => org,
  path: "/activity",
  component: lazyRouteComponent(() => import("./page/activity.tsx"), "Activity"),
});

const revision = createRoute({
  getParentRoute: () => org,
  path: "/activity/$revision",
  component: lazyRouteComponent(() => import("./page/revision.tsx"), "Revision"),
});

const plans = createRoute({
  getParentRoute: () => org,
  path: "/plans",
  validateSearch: filtersOf("name", "state"),
  component: lazyRouteComponent(() => import("./page/plans.tsx"), "Plans"),
});

const plan = createRoute({
  getParentRoute: () => org,
  path: "/plans/$plan",
  component: lazyRouteComponent(() => import("./page/plan.tsx"), "Plan"),
});

const revisionSearch = ({ revision }: Record<string, unknown>): { readonly revision?: number } =>
  typeof revision === "number" ? { revision } : {};
/** A kind; or what a permission is to lead to. */
const kindSearch = filtersOf("kind", "want", "from", "to", "port", "method", "path");
const editPage = lazyRouteComponent(() => import("./page/edit.tsx"), "Edit");
const newPage = lazyRouteComponent(() => import("./page/new.tsx"), "New");

const edit = createRoute({
  getParentRoute: () => org,
  path: "/m/$mesh/edit/$plural/$name",
  validateSearch: revisionSearch,
  component: editPage,
});

const editGlobal = createRoute({
  getParentRoute: () => org,
  path: "/edit/$plural/$name",
  validateSearch: revisionSearch,
  component: editPage,
});

const add = createRoute({
  getParentRoute: () => org,
  path: "/m/$mesh/new",
  validateSearch: kindSearch,
  component: newPage,
});

const addGlobal = createRoute({
  getParentRoute: () => org,
  path: "/new",
  validateSearch: kindSearch,
  component: newPage,
});

const mesh = createRoute({ getParentRoute: () => org, path: "/m/$mesh" });

const meshStart = createRoute({
  getParentRoute: () => mesh,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/o/$org/m/$mesh/services", params, replace: true });
  },
});

const services = createRoute({
  getParentRoute: () => mesh,
  path: "/services",
  validateSearch: filtersOf("name", "kind", "zone"),
  component: lazyRouteComponent(() => import("./page/services.tsx"), "Services"),
});

const service = createRoute({
  getParentRoute: () => mesh,
  path: "/services/$kind/$name",
  component: lazyRouteComponent(() => import("./page/one-service.tsx"), "Service"),
});

const proxies = createRoute({
  getParentRoute: () => mesh,
  path: "/proxies",
  validateSearch: filtersOf("name", "state", "zone", "service", "refuses", "sort"),
  component: lazyRouteComponent(() => import("./page/proxies.tsx"), "Proxies"),
});

const proxy = createRoute({
  getParentRoute: () => mesh,
  path: "/proxies/$name",
  component: lazyRouteComponent(() => import("./page/proxy.tsx"), "ProxyPage"),
});

const access = createRoute({
  getParentRoute: () => mesh,
  path: "/access",
  validateSearch: filtersOf("from", "to", "port", "method", "path", "outcome", "name", "view", "plan"),
  component: lazyRouteComponent(() => import("./page/access.tsx"), "Access"),
});

const topology = createRoute({
  getParentRoute: () => mesh,
  path: "/topology",
  validateSearch: filtersOf("name", "group", "faults", "outcome", "focus", "hops", "at", "to", "view"),
  component: lazyRouteComponent(() => import("./page/topology.tsx"), "Topology"),
});

const kinds = createRoute({
  getParentRoute: () => mesh,
  path: "/resources",
  validateSearch: filtersOf("name", "used"),
  component: lazyRouteComponent(() => import("./page/kinds.tsx"), "Kinds"),
});

const meshResources = createRoute({
  getParentRoute: () => mesh,
  path: "/resources/$plural",
  validateSearch: filtersOf("name"),
  component: lazyRouteComponent(() => import("./page/resources.tsx"), "MeshResources"),
});

const meshResource = createRoute({
  getParentRoute: () => mesh,
  path: "/resources/$plural/$name",
  component: lazyRouteComponent(() => import("./page/resource.tsx"), "MeshResource"),
});

const globalResources = createRoute({
  getParentRoute: () => org,
  path: "/resources/$plural",
  validateSearch: filtersOf("name"),
  component: lazyRouteComponent(() => import("./page/resources.tsx"), "GlobalResources"),
});

const globalResource = createRoute({
  getParentRoute: () => org,
  path: "/resources/$plural/$name",
  component: lazyRouteComponent(() => import("./page/resource.tsx"), "GlobalResource"),
});

const certificates = createRoute({
  getParentRoute: () => org,
  path: "/certificates",
  validateSearch: filtersOf("name"),
  component: lazyRouteComponent(() => import("./page/certificates.tsx"), "Certificates"),
});

const tokens = createRoute({
  getParentRoute: () => org,
  path: "/tokens",
  validateSearch: filtersOf("name", "state", "add"),
  component: lazyRouteComponent(() => import("./page/tokens.tsx"), "Tokens"),
});

const audit = createRoute({
  getParentRoute: () => org,
  path: "/audit",
  validateSearch: filtersOf("actor", "action", "subject", "days"),
  component: lazyRouteComponent(() => import("./page/audit.tsx"), "Audit"),
});

const webhooks = createRoute({
  getParentRoute: () => org,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("./page/webhooks.tsx"), "Webhooks"),
});

const webhook = createRoute({
  getParentRoute: () => org,
  path: "/webhooks/$id",
  validateSearch: filtersOf("state"),
  component: lazyRouteComponent(() => import("./page/webhook.tsx"), "WebhookPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  validateSearch: ({ token }: Record<string, unknown>): { readonly token?: string } =>
    typeof token === "string" ? { token } : {},
  component: lazyRouteComponent(() => import("./page/invitation.tsx"), "Invitation"),
});

const accountPages = [signIn, signUp, verify, reset, signedIn, newOrganisation, invitation];
const members = createRoute({
  getParentRoute: () => org,
  path: "/members",
  validateSearch: filtersOf("name"),
  component: lazyRouteComponent(() => import("./page/members.tsx"), "Members"),
});

const usage = createRoute({
  getParentRoute: () => org,
  path: "/usage",
  component: lazyRouteComponent(() => import("./page/usage.tsx"), "Usage"),
});

const settings = createRoute({
  getParentRoute: () => org,
  path: "/settings",
  component: lazyRouteComponent(() => import("./page/settings.tsx"), "Settings"),
});

const meshPages = [meshStart, services, service, proxies, proxy, topology, access, kinds, meshResources, meshResource];
const keeping = [certificates, tokens, audit, webhooks, webhook, members, usage, settings];
const editing = [edit, editGlobal, add, addGlobal];
const resources = [globalResources, globalResource];
const changing = [activity, revision, plans, plan];
const orgPages = [overview, firstSteps, meshes, zones, zone, ...changing, ...resources, ...editing, ...keeping];

export const router = createRouter({
  routeTree: root.addChildren([
    start,
    own.addChildren([account]),
    ...accountPages,
    org.addChildren([...orgPages, mesh.addChildren(meshPages)]),
  ]),
  basepath: "/console",
  defaultPreload: "intent",
  defaultErrorComponent: Failed,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
