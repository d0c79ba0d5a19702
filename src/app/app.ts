// The hono app: every row of the route table, with authentication before the handler and problem JSON after whatever goes wrong.
import { type Context, Hono } from "hono";
import type { Auth } from "#api/route.ts";
import { type Operation, operations } from "#api/routes.ts";
import { Fault } from "#model/fault.ts";
import { ProofRepeated } from "#store/conflict.ts";
import { toBase32 } from "#trust/bytes.ts";
import { compact, SECURITY_HEADERS } from "./answer.ts";
import { authenticate, authenticateOperator } from "./auth.ts";
import { readBytes } from "./body.ts";
import type { AppOptions, Call, CallOf, Handler } from "./call.ts";
import { HANDLERS } from "./handlers.ts";
import { readWait } from "./prefer.ts";
import { answerProblem } from "./problem.ts";
import { authenticateRelay, type ProofSettings, withNonce } from "./proof.ts";

const DEFAULT_LIMIT = 1024 * 1024;
const ZONE_PATH = "/v1/zone/";

/** The whole HTTP face of a control plane. Paths may stand below any base: nothing here knows its own host. */
export function createApp(app: AppOptions): Hono {
  const hono = new Hono({ strict: false });
  const allowed = new Map<string, Set<string>>();
  for (const operation of operations()) {
    const path = operation.path.replace(/(?<=.)\/$/, "").replaceAll(/\{(\w+)\}/g, ":$1");
    const method = operation.route.method.toUpperCase();
    allowed.set(path, (allowed.get(path) ?? new Set()).add(method));
    hono.on(method, path, (context) => serve(app, operation, context));
  }
  for (const [path, methods] of allowed) {
    if (methods.has("GET")) methods.add("HEAD");
    const allow = [...methods.add("OPTIONS")].sort().join(", ");
    hono.all(path, (context) => refuseMethod(app, context.req.raw, allow));
  }
  hono.notFound((context) =>
    finish(app, context.req.raw, () => {
      throw new Fault("absent", `There is no ${new URL(context.req.url).pathname.slice(0, 200)}`, {
        title: "Not Found",
      });
    }),
  );
  return hono;
}

function serve(app: AppOptions, operation: Operation, context: Context): Promise<Response> {
  const request = context.req.raw;
  return finish(app, request, async (requestId) => {
    const limit = operation.route.limit ?? DEFAULT_LIMIT;
    let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined;
    const call: Call = {
      app,
      operation,
      request,
      url: new URL(request.url),
      params: context.req.param() as Readonly<Record<string, string>>,
      requestId,
      bytes: () => {
        bytes ??= readBytes(request, limit);
        return bytes;
      },
    };
    refuseLength(request, limit);
    return run(operation, await AUTHENTICATE[operation.route.auth](call));
  });
}

/** A length that is too large is refused before anything is looked up. */
function refuseLength(request: Request, limit: number): void {
  if (Number(request.headers.get("content-length") ?? "0") > limit) {
    throw new Fault("too-large", `The body is larger than ${limit} bytes, the most that this route takes`);
  }
}

const AUTHENTICATE: { readonly [A in Auth]: (call: Call) => Promise<CallOf[A]> } = {
  none: async (call) => call,
  operator: async (call) => {
    await authenticateOperator(call.request, call.app.operatorSecret);
    return call;
  },
  api: async (call) => ({ ...call, ...(await authenticate(call)) }),
  relay: async (call) => {
    const proved = await authenticateRelay(call.request, call.bytes, proofSettings(call.app));
    call.app.contacts.heard(proved.relay, readWait(call.request.headers.get("prefer")));
    return { ...call, ...proved };
  },
};

function run(operation: Operation, call: Call): Promise<Response> | Response {
  // The table pairs each route's `auth` with its handler's caller; the type of a single row is lost in the loop over all.
  return (HANDLERS[operation.name] as Handler<"none">)(call);
}

function proofSettings(app: AppOptions): ProofSettings {
  const { controlPlane, nonceKey, clock, store } = app;
  return {
    controlPlane,
    nonceKey,
    clock,
    findHead: ({ tenant, zone, relay }) => store.within(tenant).zoneHead(zone, relay),
  };
}

/** What every answer has, whoever made it: the request's id, security headers, a nonce for relays, a line in the log. */
async function finish(
  app: AppOptions,
  request: Request,
  answer: (requestId: string) => Promise<Response> | Response,
): Promise<Response> {
  const requestId = toBase32(app.chance(10));
  const began = app.clock();
  const { pathname } = new URL(request.url);
  let response: Response;
  try {
    response = await answer(requestId);
  } catch (thrown) {
    response = thrown instanceof ProofRepeated ? repeated(thrown.status) : answerProblem(thrown, requestId, app.log);
  }
  response.headers.set("x-request-id", requestId);
  if (pathname.startsWith(ZONE_PATH)) await withNonce(response, proofSettings(app));
  // A relay is no browser, and its idle answer has 400 bytes for all of its headers.
  else for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
  const { status } = response;
  const fields = { requestId, method: request.method, path: pathname, status, ms: app.clock() - began };
  app.log(status === 304 ? "debug" : "info", "request", fields);
  return response;
}

/** A call that was carried out before: its status again, and nothing done. */
function repeated(status: number): Response {
  const { body } = compact({});
  const headers = { "content-type": "application/json", "weft-repeated": "true" };
  return new Response(status === 204 ? null : body, { status, headers });
}

function refuseMethod(app: AppOptions, request: Request, allow: string): Promise<Response> {
  return finish(app, request, (requestId) => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    const fault = new Fault("read-only", `${request.method} is not for this path; it takes ${allow}`);
    const response = answerProblem(fault, requestId, app.log);
    response.headers.set("allow", allow);
    return response;
  });
}
