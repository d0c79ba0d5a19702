// One row of the route table: what calls are found and admitted by, and apart from it what the document and clients' types know besides.

import type { FaultCode } from "#model/fault.ts";
import type { ZodMiniType } from "#model/lazy-zod.ts";

export type Method = "get" | "put" | "post" | "patch" | "delete";

/**
 * Who may call: everyone, the operator of the control plane, an API token or a member of the organisation, a signed-in person
 * (by the session's cookie), who may found an organisation (the operator, or a signed-in person), an enrolled relay.
 */
export type Auth = "none" | "operator" | "api" | "person" | "founder" | "relay";

/** What the call asks for; trust/scope.ts says which scopes allow it. */
export type Verb =
  | "read"
  | "write"
  | "delete"
  | "read-tokens"
  | "manage-tokens"
  | "issue-dataplane-token"
  | "issue-zone-token"
  | "enrol-zone"
  | "revoke-relay"
  | "read-audit"
  | "manage-audit"
  | "read-webhooks"
  | "manage-webhooks"
  | "approve-plan"
  | "read-members"
  | "manage-members";

/** What calls are found and admitted by. A worker that starts makes all of them, and there are hundreds: no shape or sentence is here. */
export interface RouteHead {
  readonly method: Method;
  /** With parameters in braces; `{plural}` stands for the paths of the kinds in `each`. */
  readonly path: string;
  readonly auth: Auth;
  /** Null: any token of the organisation, or `auth` is not `api`. */
  readonly verb: Verb | null;
  /** A person must have signed in a moment ago (app/fresh.ts): a stolen session is not enough. */
  readonly fresh?: true;
  /** It holds while the organisation is to be deleted, too; every other one is refused then. */
  readonly whileEnding?: true;
  /** The row holds once for each kind of this scope, or for each policy. */
  readonly each?: "Mesh" | "Global" | "any" | "policy";
  /** The most that a body may have; bytes. */
  readonly limit?: number;
  /** The answer goes on, as server-sent events. */
  readonly events?: true;
}

/** What is told of a route: to the document's readers and to clients' types. No call is found or admitted by it. */
export interface RouteTold {
  readonly tag: "Control plane" | "Account" | "Organisation" | "Resources" | "Inspection" | "Tokens" | "Zone protocol";
  readonly summary: string;
  /** Query parameters, all of them text. */
  readonly query?: ZodMiniType;
  readonly body?: ZodMiniType;
  /** Shape of a successful answer, `text` for plain text, `events` for server-sent events (api/event.ts), null for none. */
  readonly answer: ZodMiniType | "text" | "events" | null;
  /** Successful statuses, the usual first. */
  readonly statuses: readonly [number, ...number[]];
  /** Faults beyond those that every route of this `auth` may give. */
  readonly faults: readonly FaultCode[];
}

/** A whole row. */
export type Route = RouteHead & RouteTold;

/** Heads of a family of routes; what they share may hold some of what is told, too. */
export type Heads = Readonly<Record<string, RouteHead & Partial<RouteTold>>>;

/** Of each head what it does not tell itself: a family is told by a function, so that scripts that never ask for it have none of it. */
export type ToldOf<Family extends Heads> = {
  readonly [N in keyof Family]: Pick<RouteTold, Exclude<Due, keyof Family[N]>> & Partial<RouteTold>;
};
type Due = Exclude<keyof RouteTold, "query" | "body">;

/** Names of the parameters in a path: `"/a/{b}/{c}"` has `"b" | "c"`. */
export type ParamName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamName<Rest>
  : never;

/** Faults that any route of this `auth` may give. */
export const FAULTS_OF_AUTH: Readonly<Record<Auth, readonly FaultCode[]>> = {
  none: ["too-many", "internal"],
  operator: ["unauthenticated", "forbidden", "too-many", "unavailable", "internal"],
  api: ["unauthenticated", "forbidden", "absent", "too-many", "unavailable", "internal"],
  person: ["unauthenticated", "forbidden", "too-many", "unavailable", "internal"],
  founder: ["unauthenticated", "forbidden", "too-many", "unavailable", "internal"],
  relay: ["unauthenticated", "forbidden", "too-many", "unavailable", "internal"],
};

/** Puts values in place of the parameters; each is percent-encoded. TypeError where one is missing. */
export function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === "") throw new TypeError(`The path ${path} needs a value for ${name}`);
    return encodeURIComponent(value);
  });
}
