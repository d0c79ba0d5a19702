// Rules for names: RFC 1123 subdomains for all kinds, RFC 1035 labels for those whose names stand in host names.
import type { Kind } from "./kind.ts";
import type { Violation } from "./violation.ts";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const LABEL_REASON =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** Longest name of any resource. */
export const NAME_LENGTH = 253;
/** Longest name of kinds with short names (Mesh, Zone, MeshService): a DNS label. */
export const SHORT_NAME_LENGTH = 63;

/** Why the text is no RFC 1123 subdomain, in Kubernetes' words, or null. Length is judged apart. */
export function subdomainReason(text: string): string | null {
  // The length first: the expression is linear, but a caller's text may be huge.
  if (text.length <= 1_000 && SUBDOMAIN.test(text)) return null;
  return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
}

/** Why the text is no DNS label that begins with a letter (RFC 1035, at most 63 characters), in Kubernetes' words, or null. */
export function dnsLabelReason(text: string): string | null {
  if (text.length > SHORT_NAME_LENGTH) return "must be no more than 63 characters";
  return LABEL_1035.test(text) ? null : LABEL_REASON;
}

/** Violations of a resource's name, on the field `name`. */
export function nameViolations(kind: Pick<Kind, "shortNames" | "type">, name: string): readonly Violation[] {
  if (name === "") return [{ field: "name", reason: "cannot be empty" }];
  const found: Violation[] = [];
  if (name.length > NAME_LENGTH) found.push({ field: "name", reason: "value length must less or equal 253" });
  else if (kind.shortNames && name.length > SHORT_NAME_LENGTH) {
    found.push({ field: "name", reason: "cannot be longer than 63 characters" });
  }
  if (subdomainReason(name) !== null) {
    const reason =
      "invalid characters. A lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
    found.push({ field: "name", reason });
  } else if (kind.type === "Mesh" && !LABEL_1035.test(name)) {
    // `<mesh>.<dataplane>` is a proxy's node id: a dot in the mesh would make it another's.
    found.push({ field: "name", reason: LABEL_REASON });
  }
  return found;
}

/** What Kuma says of a short name that is legal and yet no DNS label. */
export function nameWarnings(kind: Pick<Kind, "shortNames" | "type">, name: string): readonly string[] {
  if (!kind.shortNames || LABEL_1035.test(name)) return [];
  return [
    `Invalid ${kind.type} resource name: '${name}'. It does not conform to the DNS format (RFC 1035). This is deprecated. Errors: ${LABEL_REASON}`,
  ];
}
