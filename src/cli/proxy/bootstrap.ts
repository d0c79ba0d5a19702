// The bootstrap of an Envoy: asked from a relay as kuma-dp asks, and given a place for its admin interface.
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import type { ExitName } from "#api/exit-code.ts";
import type { EnvoyVersion } from "#cli/envoy/version.ts";
import { Failure, reasonOf } from "#cli/failure.ts";
import { VERSION } from "#cli/version.ts";
import { PROXY_KINDS, type ProxyKind } from "#model/proxy-kind.ts";
import type { ProxyIdentity } from "./identity.ts";
import { callRelay, type RelayAddress, type RelayAnswer, speaksTls } from "./relay-call.ts";

export interface BootstrapOptions {
  /** Asked in turn, each round until one gives it; at least one. */
  readonly relays: readonly RelayAddress[];
  readonly proxy: ProxyIdentity;
  readonly envoy: EnvoyVersion;
  /** A relay that gives no answer, or 503, is asked again for so long. */
  readonly patienceMs: number;
  readonly say: (line: string) => void;
  /** Where Envoy and the program beside it meet: an absolute path. */
  readonly folder: string;
  readonly metricsCertificate?: MetricsCertificate | undefined;
  /** Of the machine, for a collector on it; empty where nobody says. */
  readonly hostIp: string;
  /** How this machine redirects traffic to the proxy, as kuma-dp tells it; absent where it does not. */
  readonly redirection?: object | undefined;
  /** UDP port of 127.0.0.1 for Envoy's own DNS filter; absent where it has none. */
  readonly envoyDnsPort?: number | undefined;
  /** It shall listen on loopback addresses for what it reaches by name. */
  readonly bindOutbounds?: boolean;
}

/** Absolute paths of what the metrics listener shows itself with. */
export interface MetricsCertificate {
  readonly certPath: string;
  readonly keyPath: string;
}

export interface Bootstrap {
  readonly config: Record<string, unknown>;
  /** The dataplane's own address. */
  readonly address: string;
}

/** A relay hears of a mesh's first token key a moment after the token was made; so long a 401 may pass. */
export const NEW_TOKEN_MS = 2_000;

/** Throws Failure with the relay's own reason. */
export async function askBootstrap(options: BootstrapOptions): Promise<Bootstrap> {
  const { relays, patienceMs, say } = options;
  const body = JSON.stringify(requestOf(options));
  const deadline = Date.now() + patienceMs;
  const patientUntil = Date.now() + Math.min(patienceMs, NEW_TOKEN_MS);
  let told = "";
  let pause = 200;
  for (let attempt = 0; ; attempt++) {
    const relay = relays[attempt % relays.length]!;
    // Where there is another one to ask, one that hangs is not waited for.
    const timeoutMs = relays.length > 1 ? 3_000 : 10_000;
    let why: string;
    let tooNew = false;
    let isHeld = false;
    try {
      const answer = await callBootstrap(relay, body, timeoutMs);
      if (answer.status === 200) return open(answer.body, relay);
      tooNew = answer.status === 401 && Date.now() + pause < patientUntil;
      // Another proxy that has its name may be about to end.
      isHeld = answer.status === 409;
      const mayPass = answer.status >= 500 || tooNew || (isHeld && Date.now() + pause <= deadline);
      if (!mayPass) throw refused(answer.status, answer.body, relay, options.proxy.type);
      why =
        answer.status === 409
          ? textOf(answer.body)
          : `it answered ${answer.status}: ${answer.body.trim().slice(0, 300)}`;
    } catch (error) {
      if (error instanceof Failure) throw error;
      why = reasonOf(error);
      if (relays.length === 1 && /certificate|self.signed|altname/i.test(why)) throw untrusted(why, relay);
      if (relay.url.protocol === "http:" && (await speaksTls(relay.url))) throw plainToTls(relay);
    }
    if (Date.now() + pause > deadline) {
      throw new Failure("unreachable", {
        what: "the relay gives no bootstrap",
        where: relay.url.origin,
        why,
        fix: "is the relay running, and is --relay its address? GET /readyz there says how it is",
      });
    }
    const what = isHeld ? "does not take it yet" : "is not ready";
    if (told !== what && !tooNew) say(`the relay at ${relay.url.origin} ${what} (${why}); trying again`);
    if (!tooNew) told = what;
    if ((attempt + 1) % relays.length !== 0) continue;
    await sleep(pause);
    pause = Math.min(pause * 2, 3_000);
  }
}

/** One relay's bootstrap as it is now; null where it gives none. Rejects where there is no answer. */
export async function askAgain(relay: RelayAddress, options: BootstrapOptions): Promise<Bootstrap["config"] | null> {
  const answer = await callBootstrap(relay, JSON.stringify(requestOf(options)), 3_000);
  return answer.status === 200 ? open(answer.body, relay).config : null;
}

function callBootstrap(relay: RelayAddress, body: string, timeoutMs: number): Promise<RelayAnswer> {
  const headers = { "content-type": "application/json" };
  return callRelay(relay, { method: "POST", path: "/bootstrap", headers, body, timeoutMs });
}

function requestOf(options: BootstrapOptions): object {
  const { relays, proxy, envoy, folder, metricsCertificate, hostIp, redirection, bindOutbounds, envoyDnsPort } =
    options;
  return {
    mesh: proxy.mesh,
    name: proxy.name,
    proxyType: PROXY_KINDS[proxy.type].word,
    dataplaneToken: proxy.token.reveal(),
    dataplaneResource: proxy.resource ?? "",
    version: {
      kumaDp: { version: VERSION, gitTag: "", gitCommit: "", buildDate: "" },
      envoy: { version: envoy.version, build: envoy.build, kumaDpCompatible: true },
    },
    caCert: relays[0]?.ca ?? "",
    dynamicMetadata: hostIp === "" ? {} : { HOST_IP: hostIp },
    operatingSystem: process.platform,
    features: [
      ...["feature-delta-grpc", "feature-tcp-accesslog-via-named-pipe"],
      ...(redirection === undefined ? [] : ["feature-transparent-proxy-in-dataplane-metadata"]),
      ...(bindOutbounds === true ? ["feature-bind-outbounds"] : []),
    ],
    dataplaneConfig: redirection,
    workdir: folder,
    ...(envoyDnsPort !== undefined && { dnsPort: envoyDnsPort }),
    metricsResources: metricsCertificate ?? { certPath: "", keyPath: "" },
    resources: { maxHeapSizeBytes: 0 },
    instance: proxy.instance,
  };
}

interface Answer {
  readonly bootstrap: string;
  readonly kumaSidecarConfiguration?: { readonly networking?: { readonly address?: string } };
}

function open(text: string, relay: RelayAddress): Bootstrap {
  try {
    const { bootstrap, kumaSidecarConfiguration } = JSON.parse(text) as Answer;
    const value: unknown = parse(Buffer.from(bootstrap, "base64").toString("utf8"));
    const address = kumaSidecarConfiguration?.networking?.address || "127.0.0.1";
    if (typeof value === "object" && value !== null) return { config: value as Record<string, unknown>, address };
  } catch {
    // Told below.
  }
  throw new Failure("unreachable", {
    what: "the relay's bootstrap cannot be read",
    where: relay.url.origin,
    why: "it is not base64 YAML in a JSON answer",
    fix: "does --relay name a Weft relay?",
  });
}

/** The one message about a proxy that its relay does not take. */
export function refusal(exit: ExitName, where: string, why: string, type: ProxyKind): Failure {
  return new Failure(exit, {
    what: "the relay refused this proxy",
    where,
    why,
    fix:
      exit === "conflict"
        ? "end the other one, or name this one otherwise, with a token for that name"
        : PROXY_KINDS[type].zonal
          ? `correct the ${type} or its token: weft zone-token create`
          : "correct the Dataplane, its mesh or its token: weft dataplane-token create",
  });
}

function refused(status: number, body: string, relay: RelayAddress, type: ProxyKind): Failure {
  const exit =
    ({ 401: "unauthenticated", 403: "forbidden", 404: "absent", 409: "conflict" } as const)[status] ?? "invalid";
  return refusal(exit, relay.url.origin, body.trim() === "" ? `it answered ${status}` : textOf(body), type);
}

function textOf(body: string): string {
  try {
    const { detail, title } = JSON.parse(body) as { detail?: string; title?: string };
    return detail ?? title ?? body.trim();
  } catch {
    return body.trim().slice(0, 1_000);
  }
}

function plainToTls({ url }: RelayAddress): Failure {
  return new Failure("usage", {
    what: "the relay speaks TLS, and --relay says http",
    where: url.origin,
    fix: `write --relay https://${url.host}, with --ca-cert-file FILE`,
  });
}

function untrusted(why: string, relay: RelayAddress): Failure {
  return new Failure("unreachable", {
    what: "the relay's certificate is not trusted",
    where: relay.url.origin,
    why,
    fix: "pass the relay's CA: --ca-cert-file FILE (it lies in the relay's state folder)",
  });
}

/** The same bootstrap with its admin interface on loopback; port 0 = any free one, which Envoy writes to its admin address file. */
export function withAdmin(bootstrap: Record<string, unknown>, port: number): Record<string, unknown> {
  const address = { socketAddress: { address: "127.0.0.1", portValue: port } };
  return { ...bootstrap, admin: { address } };
}
