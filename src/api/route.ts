// One row of the route table: all that the app, the OpenAPI document and the client need to know of a route.

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

export interface Route {
  readonly method: Method;
  /** With parameters in braces; `{plural}` stands for the paths of the kinds in `each`. */
  readonly path: string;
  readonly auth: Auth;
  /** Null: any token of the organisation, or `auth` is not `api`. */
  readonly verb: Verb | null;
  readonly tag: "Control plane" | "Account" | "Organisation" | "Resources" | "Inspection" | "Tokens" | "Zone protocol";
  readonly summary: string;
  /** A person must have signed in a moment ago (app/fresh.ts): a stolen session is not enough. */
  readonly fresh?: true;
  /** It holds while the organisation is to be deleted, too; every other one is refused then. */
  readonly whileEnding?: true;
  /** The row holds once for each kind of this scope, or for each policy. */
  readonly each?: "Mesh" | "Global" | "any" | "policy";
  /** Query parameters, all of them text. */
  readonly query?: ZodMiniType;
  readonly body?: ZodMiniType;
  /** The most that a body may have; bytes. */
  readonly limit?: number;
  /** Shape of a successful answer, `text` for plain text, `events` for server-sent events (api/event.ts), null for none. */
  readonly answer: ZodMiniType | "text" | "events" | null;
  /** Successful statuses, the usual first. */
  readonly statuses: readonly [number, ...number[]];
  /** Faults beyond those that every route of this `auth` may give. */
  readonly faults: readonly FaultCode[];
}

/** Names of the parameters in a path: `"/a/{b}/{c}"` has `"b" | "c"`. */
export type ParamName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamName<Rest>
  : never;

/** What the router and the admission of a call look at; the rest of a row is made when it is first asked for. */
const AT_ONCE = ["method", "path", "auth", "verb", "fresh", "whileEnding", "each", "limit"] as const;
const WHEN_ASKED = ["tag", "summary", "query", "body", "answer", "statuses", "faults"] as const;

type Told = (typeof WHEN_ASKED)[number];
/** What of `Told` each row has. */
type Due = Exclude<Told, "query" | "body">;

class Row {
  declare readonly head: Partial<Route>;
  declare tell: (() => Partial<Route>) | null;
  declare all: Partial<Route>;

  constructor(head: Partial<Route>, tell: () => Partial<Route>) {
    this.head = head;
    this.tell = tell;
  }
}

for (const name of AT_ONCE) {
  Object.defineProperty(Row.prototype, name, {
    get(this: Row): unknown {
      return this.head[name];
    },
  });
}
for (const name of WHEN_ASKED) {
  Object.defineProperty(Row.prototype, name, {
    get(this: Row): unknown {
      if (this.tell !== null) {
        this.all = { ...this.head, ...this.tell() };
        this.tell = null;
      }
      return this.all[name];
    },
  });
}

/**
 * A row; keeps the literal path and the shapes' types. What calls are found and admitted by stands in `head`, and what the document and
 * clients' types know besides is told by a function, which is not even compiled at a worker's start: there are hundreds of rows.
 * What `head` shares with other rows may hold some of that too.
 */
export function route<
  const Head extends Omit<Route, Told> & Partial<Pick<Route, Told>>,
  const Rest extends Pick<Route, Exclude<Due, keyof Head>> & Partial<Pick<Route, Told>>,
>(head: Head, tell: () => Rest): Omit<Head, keyof Rest> & Rest {
  return new Row(head, tell) as never;
}

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
