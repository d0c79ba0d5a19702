// The hono app: every row of the route table, with authentication before the handler and problem JSON after whatever goes wrong.
import type { Context, Hono } from "hono";
import { HonoBase } from "hono/hono-base";
import { TrieRouter } from "hono/router/trie-router";
import type { Auth } from "#api/route.ts";
import { type Operation, operations } from "#api/routes.ts";
import { openRefusals } from "#control/audit/refusals.ts";
import { openTokenUses } from "#control/token/use.ts";
import { Fault } from "#model/fault.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { overBytes } from "#model/limit/over.ts";
import { ProofRepeated } from "#store/conflict.ts";
import { toBase32 } from "#trust/bytes.ts";
import { compact, plain, withSecurity } from "./answer.ts";
import { authenticate, authenticateOperator, authenticatePerson, claimedBy } from "./auth.ts";
import { readBytes } from "./body.ts";
import type { AppOptions, Call, CallOf, Handler } from "./call.ts";
import { answerConsole, sendToConsole } from "./console.ts";
import { HANDLERS } from "./handlers.ts";
import { answerMetrics, openReadiness } from "./health.ts";
import { readWait } from "./prefer.ts";
import { answerProblem } from "./problem.ts";
import { authenticateRelay, type ProofSettings, withNonce } from "./proof.ts";
import { type Counted, openRates, type RateHeaders, type Rates } from "./rate.ts";
import { isSecure, sessionIn } from "./session-cookie.ts";
import { tagged } from "./tagged.ts";
import { type Mark, markOf, tellAnswered } from "./trace.ts";

const DEFAULT_LIMIT = LIMITS["body-bytes"].most.free;
/** In counts, for every path that is none. */
const NOWHERE = "none";
const ZONE_PATH = "/v1/zone/";
/** No body is waited for that the call has no use for: what a client declares, it may never send. */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE"]);

/** The whole HTTP face of a control plane. Paths may stand below any base: nothing here knows its own host. */
export function createApp(app: AppOptions): Hono {
  // Hono's own choice would try a router of one expression first, at the first call, and find that it cannot hold these paths.
  const hono: Hono = new HonoBase({ strict: false, router: new TrieRouter() });
  const own = { app, refusals: openRefusals(app), uses: openTokenUses(app) };
  const rates = openRates(app);
  const allowed = new Map<string, Set<string>>();
  for (const operation of operations()) {
    const path = operation.path.replace(/(?<=.)\/$/, "").replaceAll(/\{(\w+)\}/g, ":$1");
    const method = operation.route.method.toUpperCase();
    allowed.set(path, (allowed.get(path) ?? new Set()).add(method));
    hono.on(method, path, (context) => serve(own, rates, operation, context));
  }
  for (const [path, methods] of allowed) {
    if (methods.has("GET")) methods.add("HEAD");
    const allow = [...methods.add("OPTIONS")].sort().join(", ");
    hono.all(path, (context) => refuseMethod(app, context.req.raw, path.replaceAll(/:(\w+)/g, "{$1}"), allow));
  }
  hono.get("/", ({ req }) => finish(app, req.raw, "/", () => sendToConsole(req.raw) ?? nowhere(req.raw)));
  hono.on("GET", ["/console", "/console/*"], ({ req }) =>
    finish(
      app,
      req.raw,
      "/console/*",
      async () => (await answerConsole(req.raw, app.console, app.chance(16))) ?? nowhere(req.raw),
    ),
  );
  const ready = openReadiness(app, app.clock);
  hono.get("/healthz", ({ req }) => finish(app, req.raw, "/healthz", () => plain("ok\n")));
  hono.get("/readyz", ({ req }) => finish(app, req.raw, "/readyz", ready));
  hono.get("/metrics", ({ req }) => finish(app, req.raw, "/metrics", () => answerMetrics(app, req.raw)));
  hono.notFound(({ req }) => finish(app, req.raw, NOWHERE, () => nowhere(req.raw)));
  return hono;
}

function nowhere(request: Request): never {
  const { pathname } = new URL(request.url);
  throw new Fault("absent", `There is no ${pathname.slice(0, 200)}`, { title: "Not Found" });
}

async function serve(
  own: Pick<Call, "app" | "refusals" | "uses">,
  rates: Rates,
  operation: Operation,
  context: Context,
): Promise<Response> {
  const request = context.req.raw;
  const { app } = own;
  const { auth } = operation.route;
  let headers: RateHeaders = {};
  const response = await finish(app, request, operation.path, async (requestId, mark) => {
    rates.address(app.addressOf(request), operation.path.startsWith(ZONE_PATH));
    const limit = operation.route.limit ?? DEFAULT_LIMIT;
    let bytes: Promise<Uint8Array<ArrayBuffer>> | undefined;
    const call: Call = {
      ...own,
      operation,
      request,
      url: new URL(request.url),
      params: context.req.param() as Readonly<Record<string, string>>,
      requestId,
      mark,
      bytes: () => {
        bytes ??= readBytes(request, limit);
        return bytes;
      },
    };
    refuseLength(request, limit);
    const leave = await app.turns?.arrive(auth === "api" ? claimedBy(request) : null);
    const known = await admitted(rates, auth, call, (told) => {
      headers = told;
    }).finally(leave);
    const answer = await inTurn(app, operation, known);
    return auth === "api" ? tagged(request, answer) : answer;
  });
  // A relay's usual answer has few bytes for headers: it is told of its limit where it has reached it.
  if (auth !== "relay" || response.status === 429)
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** Who calls, and may: what is looked at before the body. */
async function admitted(
  rates: Rates,
  auth: Auth,
  call: Call,
  tell: (headers: RateHeaders) => void,
): Promise<Call | CallOf[Auth]> {
  const known = await AUTHENTICATE[auth](call);
  rates.take(await countedOf(rates, known), tell);
  return known;
}

/** Whose calls this is one of. */
async function countedOf(rates: Rates, call: Call | CallOf[Auth]): Promise<readonly Counted[]> {
  if ("caller" in call) return rates.callerOf(call.caller.tenant, call.caller.actor);
  if ("relay" in call) return rates.relayOf(call.relay);
  return "user" in call && call.user !== null ? rates.personOf(call.user.id) : [];
}

/** A length that is too large is refused before anything is looked up. */
function refuseLength(request: Request, limit: number): void {
  if (Number(request.headers.get("content-length") ?? "0") > limit) throw overBytes(limit);
}

const AUTHENTICATE: { readonly [A in Auth]: (call: Call) => Promise<CallOf[A]> } = {
  none: async (call) => call,
  operator: async (call) => {
    await authenticateOperator(call.request, call.app.operatorSecret);
    return call;
  },
  api: async (call) => ({ ...call, ...(await authenticate(call)) }),
  person: authenticatePerson,
  founder: async (call) => {
    if (sessionIn(call.request) !== null && !call.request.headers.has("authorization")) return authenticatePerson(call);
    await authenticateOperator(call.request, call.app.operatorSecret);
    return { ...call, user: null };
  },
  relay: async (call) => {
    const proved = await authenticateRelay(call.request, call.bytes, proofSettings(call.app));
    call.app.contacts.heard(proved.relay, readWait(call.request.headers.get("prefer"), call.app.longestWait));
    return { ...call, ...proved };
  },
};

/** Calls of an organisation wait for its turn with their bodies read: who sends one slowly holds nobody up. Streams of events are no work. */
async function inTurn({ turns }: AppOptions, operation: Operation, call: Call | CallOf[Auth]): Promise<Response> {
  if (turns === undefined || !("caller" in call) || operation.route.events === true) return run(operation, call);
  if (!BODILESS.has(call.request.method)) await call.bytes();
  return turns.run(call.caller.tenant, () => run(operation, call));
}

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
  route: string,
  answer: (requestId: string, mark: Mark) => Promise<Response> | Response,
): Promise<Response> {
  const requestId = toBase32(app.chance(10));
  const mark = markOf(app, request, requestId);
  const began = app.clock();
  const { pathname } = new URL(request.url);
  let response: Response;
  try {
    response = await answer(requestId, mark);
  } catch (thrown) {
    if (!(thrown instanceof ProofRepeated))
      app.watch?.note("weft_faults", 1, { code: thrown instanceof Fault ? thrown.code : "internal" });
    response = thrown instanceof ProofRepeated ? repeated(thrown.status) : answerProblem(thrown, requestId, app.log);
  }
  response.headers.set("x-request-id", requestId);
  const isZone = pathname.startsWith(ZONE_PATH);
  if (isZone) await withNonce(response, proofSettings(app));
  // A relay is no browser, and its idle answer has 400 bytes for all of its headers.
  if (!isZone || response.status !== 304) withSecurity(response, isSecure(request));
  const { status } = response;
  const end = app.clock();
  tellAnswered(app, { mark, method: request.method, route, status, start: began, end });
  const fields = { requestId, method: request.method, path: pathname, status, ms: end - began };
  app.log(status === 304 ? "debug" : "info", "request", fields);
  return response;
}

/** A call that was carried out before: its status again, and nothing done. */
function repeated(status: number): Response {
  const { body } = compact({});
  const headers = { "content-type": "application/json", "weft-repeated": "true" };
  return new Response(status === 204 ? null : body, { status, headers });
}

function refuseMethod(app: AppOptions, request: Request, path: string, allow: string): Promise<Response> {
  return finish(app, request, path, (requestId) => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
    const fault = new Fault("read-only", `${request.method} is not for this path; it takes ${allow}`);
    const response = answerProblem(fault, requestId, app.log);
    response.headers.set("allow", allow);
    return response;
  });
}
