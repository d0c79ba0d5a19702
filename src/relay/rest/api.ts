// The relay's own HTTPS API: bootstrap as kuma-dp asks, registration of proxies, health and status.
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { INSTANCE_HEADER } from "#api/instance.ts";
import { parseJson } from "#api/json-text.ts";
import { PROBLEM_TYPE, problemOf } from "#api/problem.ts";
import { HOLDER_PATH, REPLICA_PATH } from "#api/replica.ts";
import { Fault } from "#model/fault.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { PROXY_KINDS, type ProxyKind, proxyKindOfWord } from "#model/proxy-kind.ts";
import { Sealed } from "#model/sealed.ts";
import { tagValues } from "#model/spiffe.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { isLoopback } from "#relay/address.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { metricsText, tallyUp } from "#relay/metrics.ts";
import { type ProxyResource, type Refusal, textOf } from "#relay/registrar/admission.ts";
import { countsOf, type StatusCounts, statusOfMesh, type ZoneStatus } from "#relay/status.ts";
import type { ProxyName } from "#relay/zone.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import type { BootstrapPlace } from "./ads-cluster.ts";
import { type BootstrapRequest, bootstrapOf, readBootstrapRequest } from "./bootstrap.ts";
import { centralRefusal } from "./central.ts";
import { type ReplicaSide, replicaEvents, replicaHolder } from "./replica.ts";

export interface ApiOptions {
  readonly zone: Pick<
    ZoneSide,
    "register" | "leave" | "admit" | "authenticate" | "status" | "served" | "replica" | "tally"
  >;
  /** Names and addresses that the certificate covers. */
  readonly hosts: readonly string[];
  /** Where Envoys reach this relay, given the name by which the request came. */
  readonly place: (host: string) => BootstrapPlace;
  /** Whether an Envoy of the mesh that starts now is to report its loads. */
  readonly reportsLoads: (mesh: string) => boolean;
  /** Its address, for whoever comes to the wrong door. */
  readonly controlPlane: string;
  readonly log: Log;
}

const NO_TOKEN =
  "Dataplane Token is required. Generate token using 'kumactl generate dataplane-token > /path/file' and provide it via --dataplane-token-file=/path/file argument to Kuma DP";
const BOOTSTRAP_STATUS = {
  unauthenticated: 401,
  forbidden: 403,
  conflict: 409,
  invalid: 422,
  unavailable: 503,
} as const;
const MOST_BYTES = 1024 * 1024;
/** Of another relay, whose proof is judged before a byte of it is read. */
const MOST_REPLICA_BYTES = 16 * MOST_BYTES;

/** The app; it owns no sockets. */
export function createApi(options: ApiOptions): Hono {
  const { zone, log } = options;
  const app = new Hono();
  // Before anything of a body is read: a stranger's is not worth it.
  for (const [path, type] of PROXY_PATHS)
    app.put(path, async (context, next) => {
      const who = await zone.authenticate(tokenOf(context), proxyOf(context, type));
      return who.ok ? next() : problem(context, faultOf(who));
    });
  const limit = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: (context) => problem(context, new Fault("too-large", `The body has more than ${maxSize} bytes`)),
    });
  const measured: MiddlewareHandler = async (context, next) => {
    // The limit reads what has no length to the end, before it is known who calls.
    const isSaid = context.req.header("content-length") && !context.req.header("transfer-encoding");
    return isSaid
      ? next()
      : problem(context, new Fault("malformed", "The call must say by content-length how long its body is"));
  };
  const counted =
    (handle: (context: Context, side: ReplicaSide) => Promise<Response>) =>
    async (context: Context): Promise<Response> => {
      try {
        return await handle(context, zone.replica);
      } catch (error) {
        tallyUp(zone.tally.replicaCallsRefused, error instanceof Fault ? error.code : "internal");
        throw error;
      }
    };
  app.post(REPLICA_PATH, measured, limit(MOST_REPLICA_BYTES), counted(replicaEvents));
  app.post(HOLDER_PATH, measured, limit(MOST_BYTES), counted(replicaHolder));
  app.use(limit(MOST_BYTES));
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", (context) =>
    zone.served().snapshot === null
      ? context.text("not ready: there is no snapshot yet, neither on disk nor from the control plane\n", 503)
      : context.text("ready\n"),
  );
  app.get("/metrics", (context) =>
    context.text(metricsText(zone.status(), zone.tally), 200, { "content-type": "text/plain; version=0.0.4" }),
  );
  app.get("/status", async (context) => context.json(await statusFor(context, zone)));
  app.post("/bootstrap", async (context) => bootstrap(context, options));

  for (const [path, type] of PROXY_PATHS) {
    app.put(path, async (context) => {
      const body = parseJson(new Uint8Array(await context.req.arrayBuffer()));
      const registered = await zone.register(proxyOf(context, type), body, tokenOf(context));
      return registered.ok ? context.json({}, registered.created ? 201 : 200) : problem(context, faultOf(registered));
    });
    app.delete(path, async (context) => {
      const left = await zone.leave(proxyOf(context, type), tokenOf(context), context.req.header(INSTANCE_HEADER));
      return left.ok ? context.json({}) : problem(context, faultOf(left));
    });
  }

  app.notFound((context) => {
    const reached = zone.status().controlPlane === "reached";
    const central = centralRefusal(context.req.method, context.req.path, options.controlPlane, reached);
    return central === null ? context.text("404 page not found\n", 404) : problem(context, central);
  });
  app.onError((error, context) => {
    if (error instanceof Fault) return problem(context, error);
    log("error", "a call of the relay's API failed", { method: context.req.method, reason: reasonOf(error) });
    return problem(context, new Fault("internal", "The relay could not carry this out; its log says why"));
  });
  return app;
}

async function bootstrap(context: Context, options: ApiOptions): Promise<Response> {
  const text = (body: string, status: 400 | 401 | 403 | 404 | 409 | 422 | 503): Response => context.text(body, status);
  let request: BootstrapRequest | null = null;
  try {
    request = readBootstrapRequest(await context.req.json());
  } catch {
    // Told below.
  }
  if (request === null) return text("", 400);
  const type = proxyKindOfWord(request.proxyType);
  if (type === undefined)
    return text(
      `proxyType: ${JSON.stringify(request.proxyType)} is none: it must be dataplane, ingress or egress`,
      422,
    );
  if (request.dataplaneToken === "") return text(NO_TOKEN, 422);
  const { host, refusal } = hostOf(context, options.hosts);
  if (refusal !== null) return text(refusal, 400);
  const { name, dataplaneResource, dataplaneToken } = request;
  const mesh = PROXY_KINDS[type].zonal ? "" : request.mesh;
  const admitted = await options.zone.admit(
    { type, mesh, name },
    dataplaneResource,
    new Sealed(dataplaneToken),
    request.instance,
  );
  if (!admitted.ok) {
    const { code, reason, violations } = admitted;
    // An empty 404 tells kuma-dp that its dataplane is not there yet, and to ask again; other 4xx are final.
    if (code === "absent") return text("", 404);
    return text(code === "invalid" && violations.length > 0 ? textOf(violations) : reason, BOOTSTRAP_STATUS[code]);
  }
  const { address = "", admin } = admitted.admission.resource.spec.networking ?? {};
  const cluster = PROXY_KINDS[type].cluster ?? serviceOf(admitted.admission.resource);
  const settled = { ...request, mesh, adminPort: admin?.port || request.adminPort };
  const place = { ...options.place(host), loads: options.reportsLoads(mesh) };
  const body = Buffer.from(JSON.stringify(bootstrapOf(settled, cluster, place))).toString("base64");
  return context.json({
    bootstrap: body,
    kumaSidecarConfiguration: { networking: { corefileTemplate: null, address }, metrics: { aggregate: [] } },
  });
}

/** All of it on its own machine, a mesh's part for one of the mesh's tokens, else counts. */
async function statusFor(context: Context, zone: ApiOptions["zone"]): Promise<ZoneStatus | StatusCounts> {
  const status = zone.status();
  if (isLoopback(remoteAddress(context))) return status;
  const who = await zone.authenticate(tokenOf(context));
  return who.ok ? statusOfMesh(status, who.bearer.mesh) : countsOf(status);
}

/** Of the connection; empty where there is none. */
function remoteAddress({ env }: Context): string {
  const { incoming } = (env ?? {}) as { readonly incoming?: IncomingMessage };
  return incoming?.socket.remoteAddress ?? "";
}

function hostOf(
  context: Context,
  hosts: readonly string[],
): { readonly host: string; readonly refusal: string | null } {
  const host = new URL(context.req.url).hostname.replace(/^\[|\]$/g, "");
  if (hosts.includes(host)) return { host, refusal: null };
  const names = hosts.map((one) => JSON.stringify(one)).join(" ");
  const refusal =
    `A data plane proxy is trying to connect to the control plane using ${JSON.stringify(host)} address, but the certificate in the control plane has the following SANs [${names}]. ` +
    "Either change the --cp-address in kuma-dp to one of those or start the relay with --host for that name.";
  return { host, refusal };
}

/** Paths by which proxies register and leave, as the control plane's own are. */
const PROXY_PATHS: readonly (readonly [path: string, type: ProxyKind])[] = [
  ["/meshes/:mesh/dataplanes/:name", "Dataplane"],
  ["/zoneingresses/:name", "ZoneIngress"],
  ["/zoneegresses/:name", "ZoneEgress"],
];

function proxyOf(context: Context, type: ProxyKind): ProxyName {
  return { type, mesh: context.req.param("mesh") ?? "", name: context.req.param("name") ?? "" };
}

/** The first of a dataplane's services, as Kuma names its node's cluster. */
function serviceOf({ spec }: ProxyResource): string {
  return tagValues({ networking: (spec as DataplaneSpec).networking ?? {} }).get(SERVICE_TAG)?.[0] ?? "unknown";
}

function tokenOf(context: Context): Sealed | undefined {
  const header = context.req.header("authorization");
  return header === undefined ? undefined : new Sealed(header);
}

function faultOf({ code, reason, violations }: Refusal): Fault {
  return new Fault(code, reason, code === "invalid" ? { violations } : code === "unavailable" ? { retryAfter: 1 } : {});
}

function problem(context: Context, fault: Fault): Response {
  const headers: Record<string, string> = { "content-type": PROBLEM_TYPE };
  if (fault.retryAfter !== undefined) headers["retry-after"] = String(fault.retryAfter);
  return context.body(JSON.stringify(problemOf(fault, randomUUID())), fault.status as 400, headers);
}
