// The relay's own HTTPS API: bootstrap as kuma-dp asks, registration of dataplanes, health and status.
import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { parseJson } from "#api/json-text.ts";
import { PROBLEM_TYPE, problemOf } from "#api/problem.ts";
import { Fault } from "#model/fault.ts";
import { dataplane as kind } from "#model/kind/dataplane.ts";
import { Sealed } from "#model/sealed.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { fromWire } from "#model/wire.ts";
import type { Registered } from "#relay/joining.ts";
import { type Log, reasonOf } from "#relay/log.ts";
import { textOf } from "#relay/registrar/admission.ts";
import type { ZoneSide } from "#relay/zone-side.ts";
import { tagValues } from "#trust/spiffe.ts";
import { type BootstrapPlace, type BootstrapRequest, bootstrapOf, readBootstrapRequest } from "./bootstrap.ts";

export interface ApiOptions {
  readonly zone: Pick<ZoneSide, "register" | "leave" | "status" | "served" | "envelope" | "views">;
  /** Names and addresses that the certificate covers. */
  readonly hosts: readonly string[];
  /** Where Envoys reach this relay, given the name by which the request came. */
  readonly place: (host: string) => BootstrapPlace;
  readonly log: Log;
}

const NO_TOKEN =
  "Dataplane Token is required. Generate token using 'kumactl generate dataplane-token > /path/file' and provide it via --dataplane-token-file=/path/file argument to Kuma DP";
const MOST_BYTES = 1024 * 1024;

/** The app; it owns no sockets. */
export function createApi(options: ApiOptions): Hono {
  const { zone, log } = options;
  const app = new Hono();
  app.use(
    bodyLimit({
      maxSize: MOST_BYTES,
      onError: (context) => problem(context, new Fault("too-large", `The body has more than ${MOST_BYTES} bytes`)),
    }),
  );
  app.get("/healthz", (context) => context.text("ok\n"));
  app.get("/readyz", (context) =>
    zone.served().snapshot === null
      ? context.text("not ready: there is no snapshot yet, neither on disk nor from the control plane\n", 503)
      : context.text("ready\n"),
  );
  app.get("/status", (context) => context.json(zone.status()));
  app.post("/bootstrap", async (context) => bootstrap(context, options));

  const path = "/meshes/:mesh/dataplanes/:name";
  app.put(path, async (context) => {
    const body = parseJson(new Uint8Array(await context.req.arrayBuffer()));
    const registered = await zone.register(proxyOf(context), body, tokenOf(context));
    return registered.ok ? context.json({}, registered.created ? 201 : 200) : problem(context, faultOf(registered));
  });
  app.delete(path, async (context) => {
    const left = await zone.leave(proxyOf(context), tokenOf(context));
    return left.ok ? context.json({}) : problem(context, faultOf(left));
  });

  app.notFound((context) => context.text("404 page not found\n", 404));
  app.onError((error, context) => {
    if (error instanceof Fault) return problem(context, error);
    log("error", "a call of the relay's API failed", { method: context.req.method, reason: reasonOf(error) });
    return problem(context, new Fault("internal", "The relay could not carry this out; its log says why"));
  });
  return app;
}

async function bootstrap(context: Context, options: ApiOptions): Promise<Response> {
  const text = (body: string, status: 400 | 404 | 422 | 503): Response => context.text(body, status);
  let request: BootstrapRequest | null = null;
  try {
    request = readBootstrapRequest(await context.req.json());
  } catch {
    // Told below.
  }
  if (request === null) return text("", 400);
  if (request.proxyType !== "dataplane")
    return text(
      `proxyType: ${JSON.stringify(request.proxyType)} is not served by this relay; it must be "dataplane"`,
      422,
    );
  if (request.dataplaneToken === "") return text(NO_TOKEN, 422);
  const { host, refusal } = hostOf(context, options.hosts);
  if (refusal !== null) return text(refusal, 400);
  const { envelope } = options.zone;
  if (envelope === null) return text("this relay has no snapshot yet; try again shortly", 503);
  const named = namedOf(request, options.zone.views);
  if (named === null) return text("", 404);
  if ("invalid" in named) return text(named.invalid, 422);
  if (!envelope.meshes.some(({ name }) => name === request.mesh))
    return text(`mesh: mesh "${request.mesh}" does not exist`, 422);
  const { address, cluster } = named;
  const body = Buffer.from(JSON.stringify(bootstrapOf(request, cluster, options.place(host)))).toString("base64");
  return context.json({
    bootstrap: body,
    kumaSidecarConfiguration: { networking: { corefileTemplate: null, address }, metrics: { aggregate: [] } },
  });
}

interface Place {
  readonly address: string;
  readonly cluster: string;
}

/** Address and service of the dataplane, brought or stored; null when there is none, and then kuma-dp asks again. */
function namedOf(request: BootstrapRequest, views: readonly View[]): Place | { readonly invalid: string } | null {
  const { mesh, name } = request;
  const view = views.find((one) => one.mesh.name === mesh);
  let spec = view && resourcesOf(view, "Dataplane").find((one) => one.name === name)?.spec;
  if (request.dataplaneResource !== "") {
    let json: unknown;
    try {
      json = JSON.parse(request.dataplaneResource);
    } catch {
      return { invalid: "dataplaneResource: must be the Dataplane as JSON text" };
    }
    const read = fromWire(kind, json, { mesh, name });
    if (read.violations !== undefined) return { invalid: textOf(read.violations) };
    spec = read.resource.spec;
  }
  if (spec === undefined) return null;
  const [service = "unknown"] = tagValues({ networking: spec.networking ?? {} }).get(SERVICE_TAG) ?? [];
  return { address: spec.networking?.address ?? "", cluster: service };
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

function proxyOf(context: Context): { readonly mesh: string; readonly name: string } {
  return { mesh: context.req.param("mesh") ?? "", name: context.req.param("name") ?? "" };
}

function tokenOf(context: Context): Sealed | undefined {
  const header = context.req.header("authorization");
  return header === undefined ? undefined : new Sealed(header);
}

function faultOf({ code, reason, violations }: Extract<Registered, { ok: false }>): Fault {
  return new Fault(code, reason, code === "invalid" ? { violations } : code === "unavailable" ? { retryAfter: 1 } : {});
}

function problem(context: Context, fault: Fault): Response {
  const headers: Record<string, string> = { "content-type": PROBLEM_TYPE };
  if (fault.retryAfter !== undefined) headers["retry-after"] = String(fault.retryAfter);
  return context.body(JSON.stringify(problemOf(fault, randomUUID())), fault.status as 400, headers);
}
