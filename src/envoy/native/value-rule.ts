// Rules for single values: texts, numbers, enums and durations. Go's words, as a Kuma user knows them.
import type { DescEnum } from "@bufbuild/protobuf";
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { DurationRules, FieldRules, StringRules } from "#envoy/generated/validate/validate_pb.ts";
import { isDnsName, isIP, isIPv4, isIPv6 } from "#model/address.ts";

/** A rule that is not set stands on the prototype. */
function says(rule: object, member: string): boolean {
  return Object.hasOwn(rule, member);
}

const HEADER_NAME = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 9110 §5.5 lists the control characters that a value may not have.
const HEADER_VALUE = /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Envoy's loose form refuses these three alone.
const LOOSE = /^[^\u0000\u000A\u000D]*$/;

/** Why a text breaks the rules of its field, or null. */
export function textReason({ type }: FieldRules, text: string): string | null {
  if (type.case !== "string") return null;
  const rule: StringRules = type.value;
  if (rule.ignoreEmpty && text === "") return null;
  const runes = BigInt([...text].length);
  if (says(rule, "const") && text !== rule.const) return `value must equal ${rule.const}`;
  if (says(rule, "len") && runes !== rule.len) return `value length must be ${rule.len} runes`;
  if (says(rule, "minLen") && runes < rule.minLen) return `value length must be at least ${rule.minLen} runes`;
  if (says(rule, "maxLen") && runes > rule.maxLen) return `value length must be at most ${rule.maxLen} runes`;
  const bytes = BigInt(bytesOf(text));
  if (says(rule, "minBytes") && bytes < rule.minBytes) return `value length must be at least ${rule.minBytes} bytes`;
  if (says(rule, "maxBytes") && bytes > rule.maxBytes) return `value length must be at most ${rule.maxBytes} bytes`;
  if (says(rule, "prefix") && !text.startsWith(rule.prefix)) return `value does not have prefix "${rule.prefix}"`;
  if (says(rule, "suffix") && !text.endsWith(rule.suffix)) return `value does not have suffix "${rule.suffix}"`;
  if (says(rule, "contains") && !text.includes(rule.contains)) return `value does not contain "${rule.contains}"`;
  if (rule.in.length > 0 && !rule.in.includes(text)) return `value must be in list [${rule.in.join(" ")}]`;
  if (rule.notIn.includes(text)) return `value must not be in list [${rule.notIn.join(" ")}]`;
  if (says(rule, "pattern") && !matches(rule.pattern, text))
    return `value does not match regex pattern "${rule.pattern}"`;
  return wellKnownReason(rule, text);
}

function wellKnownReason({ wellKnown, strict }: StringRules, text: string): string | null {
  switch (wellKnown.case) {
    case "hostname":
      return isDnsName(text) ? null : "value must be a valid hostname";
    case "ip":
      return isIP(text) ? null : "value must be a valid IP address";
    case "ipv4":
      return isIPv4(text) ? null : "value must be a valid IPv4 address";
    case "ipv6":
      return isIPv6(text) ? null : "value must be a valid IPv6 address";
    case "address":
      return isIP(text) || isDnsName(text) ? null : "value must be a valid hostname, or ip address";
    case "uri":
      return /^[a-z][a-z0-9+.-]*:\S*$/i.test(text) ? null : "value must be absolute";
    case "wellKnownRegex": {
      const [name, form] =
        wellKnown.value === 1 ? ["HTTP_HEADER_NAME", HEADER_NAME] : ["HTTP_HEADER_VALUE", HEADER_VALUE];
      const wanted = strict ? form : LOOSE;
      return text === "" || wanted.test(text) ? null : `value does not match the form of ${name}`;
    }
    default:
      return null;
  }
}

/** Why a number breaks the rules of its field, or null. */
export function numberReason({ type }: FieldRules, value: number | bigint): string | null {
  const rule = type.value as Partial<Record<"const" | "lt" | "lte" | "gt" | "gte", number | bigint>> & {
    readonly ignoreEmpty?: boolean;
    readonly in?: readonly (number | bigint)[];
    readonly notIn?: readonly (number | bigint)[];
  };
  if (rule === undefined || !("ignoreEmpty" in rule) || (rule.ignoreEmpty && Number(value) === 0)) return null;
  const said = (member: "const" | "lt" | "lte" | "gt" | "gte"): number | bigint | undefined =>
    says(rule, member) ? rule[member] : undefined;
  const [exact, lt, lte, gt, gte] = [said("const"), said("lt"), said("lte"), said("gt"), said("gte")];
  if (exact !== undefined && value !== exact) return `value must equal ${exact}`;
  if (lt !== undefined && value >= lt) return `value must be less than ${lt}`;
  if (gte !== undefined && lte !== undefined && (value < gte || value > lte)) {
    return `value must be inside range [${gte}, ${lte}]`;
  }
  if (lte !== undefined && value > lte) return `value must be less than or equal to ${lte}`;
  if (gt !== undefined && value <= gt) return `value must be greater than ${gt}`;
  if (gte !== undefined && value < gte) return `value must be greater than or equal to ${gte}`;
  if ((rule.in?.length ?? 0) > 0 && !rule.in?.includes(value)) return `value must be in list [${rule.in?.join(" ")}]`;
  return rule.notIn?.includes(value) ? `value must not be in list [${rule.notIn.join(" ")}]` : null;
}

/** Why an enum's value breaks the rules of its field, or null. */
export function enumReason({ type }: FieldRules, value: number, { value: known }: DescEnum): string | null {
  if (type.case !== "enum") return null;
  const { definedOnly, in: list, notIn } = type.value;
  if (definedOnly && known[value] === undefined) return "value must be one of the defined enum values";
  if (list.length > 0 && !list.includes(value)) return `value must be in list [${list.join(" ")}]`;
  return notIn.includes(value) ? `value must not be in list [${notIn.join(" ")}]` : null;
}

/** Why a duration of so many nanoseconds breaks the rules of its field, or null. */
export function durationReason(rule: DurationRules, value: bigint): string | null {
  const { const: exact, lt, lte, gt, gte } = rule;
  if (exact !== undefined && value !== nanosOf(exact)) return `value must equal ${textOf(exact)}`;
  if (lt !== undefined && value >= nanosOf(lt)) return `value must be less than ${textOf(lt)}`;
  if (lte !== undefined && value > nanosOf(lte)) return `value must be less than or equal to ${textOf(lte)}`;
  if (gt !== undefined && value <= nanosOf(gt)) return `value must be greater than ${textOf(gt)}`;
  if (gte !== undefined && value < nanosOf(gte)) return `value must be greater than or equal to ${textOf(gte)}`;
  return null;
}

function nanosOf({ seconds, nanos }: Duration): bigint {
  return seconds * 1_000_000_000n + BigInt(nanos);
}

/** As Go prints it, in the unit that fits. */
function textOf(duration: Duration): string {
  const nanos = nanosOf(duration);
  return nanos % 1_000_000_000n === 0n ? `${nanos / 1_000_000_000n}s` : `${Number(nanos) / 1_000_000}ms`;
}

/** A pattern is Envoy's own, in RE2's notation; one that this engine does not read is Envoy's to judge. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}

function bytesOf(text: string): number {
  let bytes = 0;
  for (const rune of text) {
    const code = rune.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
