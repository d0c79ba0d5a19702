// Backends of MeshAccessLog: their shape, and what is wrong with an address, a path, a format, an attribute.

import { collectorMembers, collectorViolations } from "#model/collector.ts";
import type { Frozen } from "#model/frozen.ts";
import * as z from "#model/lazy-zod.ts";
import { logFormatReason } from "#model/log-format.ts";
import { anyJson, flag, may, text } from "#model/shape.ts";
import { isUrl } from "#model/url.ts";
import { under, type Violation } from "#model/violation.ts";

const pair = z.strictObject({ key: text, value: text });

const format = z.strictObject(() => ({
  type: z.enum(["Plain", "Json"]),
  plain: may(text),
  json: may(z.array(pair)),
  omitEmptyValues: may(flag),
}));

export const backendShape = z.strictObject(() => ({
  type: z.enum(["Tcp", "File", "OpenTelemetry"]),
  tcp: may(z.strictObject({ format: may(format), address: text })),
  file: may(z.strictObject({ format: may(format), path: text })),
  openTelemetry: may(z.strictObject({ attributes: may(z.array(pair)), body: may(anyJson), ...collectorMembers })),
}));
export type LogBackend = Frozen<z.infer<typeof backendShape>>;
export type LogFormat = Frozen<z.infer<typeof format>>;

/** Unix, or Windows with a drive. */
const FILE_PATH = /^(\/[^/\0]*)+\/?$|^[a-zA-Z]:\\(?:[^\\/:*?"<>|\r\n]+\\)*[^\\/:*?"<>|\r\n]*$/;

const ATTRIBUTE = /^[a-z]([a-z0-9]|[._][a-z0-9])*$/;

/** Violations of all backends, below `default`. */
export function backendsViolations(backends: readonly LogBackend[]): readonly Violation[] {
  return backends.flatMap((backend, index) => under(`backends[${index}]`, backendViolations(backend)));
}

const UNDEFINED: readonly Violation[] = [{ field: "", reason: "must be defined" }];

function backendViolations({ type, tcp, file, openTelemetry }: LogBackend): readonly Violation[] {
  switch (type) {
    case "File":
      if (file === undefined) return under("file", UNDEFINED);
      return under("file", [
        ...formatViolations(file.format),
        ...(FILE_PATH.test(file.path) ? [] : [{ field: "path", reason: "file backend requires a valid path" }]),
      ]);
    case "Tcp":
      if (tcp === undefined) return under("tcp", UNDEFINED);
      return under("tcp", [
        ...formatViolations(tcp.format),
        ...(isUrl(tcp.address) ? [] : [{ field: "address", reason: "tcp backend requires valid address" }]),
      ]);
    case "OpenTelemetry":
      if (openTelemetry === undefined) return under("openTelemetry", UNDEFINED);
      return under("openTelemetry", [
        ...collectorViolations(openTelemetry),
        ...(openTelemetry.attributes ?? []).flatMap(({ key, value }, index) =>
          under(`attributes[${index}]`, [...attributeViolations(key), ...operatorViolations("value", value)]),
        ),
        ...bodyViolations(openTelemetry.body),
      ]);
  }
}

function formatViolations(format: LogFormat | undefined): readonly Violation[] {
  if (format === undefined) return [];
  const { type, plain, json } = format;
  if (type === "Plain") {
    const reason = plain === undefined ? "must be defined" : plain === "" ? "must not be empty" : null;
    const found = reason === null ? operatorViolations("plain", plain ?? "") : [{ field: "plain", reason }];
    return under("format", found);
  }
  const reason = json === undefined ? "must be defined" : json.length === 0 ? "must not be empty" : null;
  if (reason !== null) return under("format", [{ field: "json", reason }]);
  return under(
    "format",
    (json ?? []).flatMap(({ key, value }, index) => under(`json[${index}]`, fieldViolations(key, value))),
  );
}

function fieldViolations(key: string, value: string): readonly Violation[] {
  return [
    ...(key === "" ? [{ field: "key", reason: "key cannot be empty" }] : []),
    ...(value === "" ? [{ field: "value", reason: "value cannot be empty" }] : []),
    ...(isJson(`{"${key}": "${value}"}`) ? [] : [{ field: "", reason: "is not a valid JSON object" }]),
    ...operatorViolations("value", value),
  ];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function attributeViolations(key: string): readonly Violation[] {
  const reason = attributeReason(key);
  return reason === null ? [] : [{ field: "key", reason }];
}

function attributeReason(key: string): string | null {
  if (key === "") return "must be defined";
  if (key.includes("%")) {
    return "must be a static OpenTelemetry attribute name; placeholders are only supported in values";
  }
  if (key.startsWith("otel.")) return "must not use the reserved OpenTelemetry prefix 'otel.'";
  if (ATTRIBUTE.test(key)) return null;
  return "must start with a lowercase letter, use only lowercase letters, digits, '.' or '_', avoid consecutive delimiters, and end with a letter or digit";
}

/** Envoy would refuse the listener, and with it every later change of it. */
function operatorViolations(field: string, text: string): readonly Violation[] {
  const reason = logFormatReason(text);
  return reason === null ? [] : [{ field, reason }];
}

/** Every text in a body is a format. */
function bodyViolations(body: unknown): readonly Violation[] {
  return textsOf(body).flatMap((text) => operatorViolations("body", text));
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}
