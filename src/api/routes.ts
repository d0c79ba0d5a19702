// The route table: the app, the OpenAPI document and the client are made from it, and nobody else lists a route. What is told of its
// rows stands in told.ts.

import type { Kind } from "#model/kind.ts";
import { ALL_KINDS, isPolicy } from "#model/kinds.ts";
import { ACCESS } from "./route/access.ts";
import { ACCOUNT } from "./route/account.ts";
import { AUDIT } from "./route/audit.ts";
import { ENDING } from "./route/ending.ts";
import { EVENTS } from "./route/event.ts";
import { HISTORY } from "./route/history.ts";
import { INSIGHT } from "./route/insight.ts";
import { INSPECTION } from "./route/inspection.ts";
import { JOINS } from "./route/join.ts";
import { MEMBERS } from "./route/member.ts";
import { ORGANISATION } from "./route/organisation.ts";
import { OVERVIEW } from "./route/overview.ts";
import { PASSKEYS } from "./route/passkey.ts";
import { PLANE } from "./route/plane.ts";
import { RESOURCES } from "./route/resources.ts";
import { SESSION } from "./route/session.ts";
import { WEBHOOKS } from "./route/webhook.ts";
import { ZONE } from "./route/zone.ts";
import type { RouteHead } from "./route.ts";

/** Order matters where a fixed segment and a parameter stand at the same place: the fixed one comes first. */
export const ROUTES = {
  ...PLANE,
  ...SESSION,
  ...PASSKEYS,
  ...ACCOUNT,
  ...ZONE,
  ...INSIGHT,
  ...INSPECTION,
  ...ACCESS,
  ...ORGANISATION,
  ...HISTORY,
  ...AUDIT,
  ...WEBHOOKS,
  ...MEMBERS,
  ...ENDING,
  ...EVENTS,
  ...JOINS,
  ...OVERVIEW,
  ...RESOURCES,
} as const;

export type RouteName = keyof typeof ROUTES;

/** A row at work: one concrete path, and the kind where the row holds for each. */
export interface Operation {
  readonly name: RouteName;
  readonly route: RouteHead;
  readonly path: string;
  readonly kind: Kind | null;
  /** The path is an alias: served, not documented. */
  readonly alias: boolean;
}

/** The table with its `each` rows spread over the kinds; in the order of registration. */
export function operations(): readonly Operation[] {
  return (Object.keys(ROUTES) as RouteName[]).flatMap((name): Operation[] => {
    const row = ROUTES[name] as RouteHead;
    if (row.each === undefined) return [{ name, route: row, path: row.path, kind: null, alias: false }];
    const kinds = ALL_KINDS.filter((kind) => isMeant(kind, row.each));
    return kinds.flatMap((kind) =>
      [kind.path, ...kind.aliases].map((plural) => ({
        name,
        route: row,
        path: row.path.replace("{plural}", plural),
        kind,
        alias: plural !== kind.path,
      })),
    );
  });
}

/** Whether a row that holds for each of these holds for the kind. */
export function isMeant(kind: Kind, each: RouteHead["each"]): boolean {
  return each === "any" || (each === "policy" ? isPolicy(kind) : kind.scope === each);
}
