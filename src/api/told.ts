// Whole rows of the route table: heads with what is told of them, for the document and for clients' types.
import { tellAccess } from "./route/access.ts";
import { tellAccount } from "./route/account.ts";
import { tellAudit } from "./route/audit.ts";
import { tellEnding } from "./route/ending.ts";
import { tellEvents } from "./route/event.ts";
import { tellHistory } from "./route/history.ts";
import { tellInsight } from "./route/insight.ts";
import { tellInspection } from "./route/inspection.ts";
import { tellJoins } from "./route/join.ts";
import { tellMembers } from "./route/member.ts";
import { tellOrganisation } from "./route/organisation.ts";
import { tellOverview } from "./route/overview.ts";
import { tellPasskeys } from "./route/passkey.ts";
import { tellPlane } from "./route/plane.ts";
import { tellResources } from "./route/resources.ts";
import { tellSession } from "./route/session.ts";
import { tellWebhooks } from "./route/webhook.ts";
import { tellZone } from "./route/zone.ts";
import type { Route, RouteHead } from "./route.ts";
import { ROUTES, type RouteName } from "./routes.ts";

function tellRoutes() {
  return {
    ...tellPlane(),
    ...tellSession(),
    ...tellPasskeys(),
    ...tellAccount(),
    ...tellZone(),
    ...tellInsight(),
    ...tellInspection(),
    ...tellAccess(),
    ...tellOrganisation(),
    ...tellHistory(),
    ...tellAudit(),
    ...tellWebhooks(),
    ...tellMembers(),
    ...tellEnding(),
    ...tellEvents(),
    ...tellJoins(),
    ...tellOverview(),
    ...tellResources(),
  };
}

type Told = ReturnType<typeof tellRoutes>;

/** A row with its literal path and its shapes. */
export type RouteOf<N extends RouteName> = Omit<(typeof ROUTES)[N], keyof Told[N]> & Told[N];

/** Every row, in the table's order. */
export function wholeRoutes(): { readonly [N in RouteName]: Route } {
  const told = tellRoutes();
  const heads: Readonly<Record<string, RouteHead>> = ROUTES;
  const rest: Readonly<Record<string, Partial<Route>>> = told;
  const rows = Object.entries(heads).map(([name, head]) => [name, { ...head, ...rest[name] }]);
  return Object.fromEntries(rows);
}
