// Where traces go: an OTLP collector, by the variables that OpenTelemetry names (protocol exporter, "Configuration Options").
import { Sealed } from "#model/sealed.ts";

export interface Collector {
  /** Its URL for traces. */
  readonly url: string;
  /** Names with their values. */
  readonly headers: readonly (readonly [name: string, value: Sealed])[];
  /** `service.name`. */
  readonly service: string;
}

export interface CollectorVariables {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string | undefined;
  readonly OTEL_SERVICE_NAME?: string | undefined;
}

/** Undefined where no endpoint is given. Error that names the variable. */
export function readCollector(given: CollectorVariables): Collector | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = "" } = given;
  if (endpoint === undefined || endpoint === "") return undefined;
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT must be a URL of HTTP, as http://127.0.0.1:4318, not ${endpoint}`);
  return {
    url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
    headers: headersIn(headers),
    service: given.OTEL_SERVICE_NAME ?? "weft",
  };
}

/** `name=value,name=value`, each value percent-encoded, as W3C Baggage has it. */
function headersIn(text: string): Collector["headers"] {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  return parts.map((part) => {
    const at = part.indexOf("=");
    if (at < 1)
      throw new Error("OTEL_EXPORTER_OTLP_HEADERS must be name=value, with commas between; a part of it has no name");
    return [part.slice(0, at).trim(), new Sealed(decoded(part.slice(at + 1).trim()))];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new Error("OTEL_EXPORTER_OTLP_HEADERS has a value whose % is followed by no two hex digits; write % as %25", {
      cause: error,
    });
  }
}

/** How a body is posted to it; a redirect is not followed: its status is no success. */
export function postTo({ headers }: Collector, body: string): RequestInit {
  const given = Object.fromEntries(headers.map(([name, value]) => [name, value.reveal()]));
  return { method: "POST", headers: { ...given, "content-type": "application/json" }, body, redirect: "manual" };
}
