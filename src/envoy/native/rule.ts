// Envoy's rules for fields (protoc-gen-validate), read from the descriptors: the first that a message breaks, in the words of Kuma's validator.
import {
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
  hasOption,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt";
import { type FieldRules, required, rules } from "#envoy/generated/validate/validate_pb.ts";
import { durationReason, enumReason, numberReason, textReason } from "./value-rule.ts";

/** `invalid Cluster.Name: value length must be at least 1 runes`, or null. Looks into every Any whose type is known. */
export function ruleProblem(desc: DescMessage, message: Message, registry: Registry): string | null {
  return messageProblem(reflect(desc, message), registry);
}

function messageProblem(message: ReflectMessage, registry: Registry): string | null {
  for (const field of message.desc.fields) {
    const found = fieldProblem(message, field, registry);
    if (found !== null) return `invalid ${message.desc.name}.${goName(field.name)}: ${found}`;
  }
  for (const oneof of message.desc.oneofs) {
    if (isRequired(oneof) && message.oneofCase(oneof) === undefined) {
      return `invalid ${message.desc.name}.${goName(oneof.name)}: value is required`;
    }
  }
  return null;
}

function isRequired(oneof: DescOneof): boolean {
  return hasOption(oneof, required) && getOption(oneof, required);
}

function fieldProblem(message: ReflectMessage, field: DescField, registry: Registry): string | null {
  const rule = hasOption(field, rules) ? getOption(field, rules) : undefined;
  if (field.fieldKind === "list") {
    const items = [...message.get(field)] as unknown[];
    const said = rule?.type.case === "repeated" ? rule.type.value : undefined;
    if (said?.ignoreEmpty === true && items.length === 0) return null;
    if (said !== undefined) {
      if (items.length < Number(said.minItems)) return `value must contain at least ${said.minItems} item(s)`;
      if (said.maxItems > 0n && items.length > Number(said.maxItems)) {
        return `value must contain no more than ${said.maxItems} item(s)`;
      }
      if (said.unique && new Set(items.map(String)).size < items.length)
        return "repeated value must contain unique items";
    }
    return firstOf(items, (item) => valueProblem(item, field, said?.items, registry));
  }
  if (field.fieldKind === "map") {
    const entries = [...message.get(field).entries()] as [unknown, unknown][];
    const said = rule?.type.case === "map" ? rule.type.value : undefined;
    if (said !== undefined && entries.length < Number(said.minPairs)) {
      return `value must contain at least ${said.minPairs} pair(s)`;
    }
    if (said !== undefined && said.maxPairs > 0n && entries.length > Number(said.maxPairs)) {
      return `value must contain no more than ${said.maxPairs} pair(s)`;
    }
    return firstOf(entries, ([key, value]) => {
      const wrongKey = said?.keys === undefined ? null : textReason(said.keys, String(key));
      return wrongKey ?? valueProblem(value, field, said?.values, registry);
    });
  }
  if (!message.isSet(field)) {
    if (isWanted(rule)) return "value is required";
    if (field.fieldKind === "message") return null;
    // A field that says whether it is there, and is not, has no value to judge.
    if (field.oneof !== undefined || field.proto.proto3Optional) return null;
  }
  return valueProblem(message.get(field), field, rule, registry);
}

/** Whether the field must be there. */
function isWanted(rule: FieldRules | undefined): boolean {
  if (rule?.message?.required === true) return true;
  const { type } = rule ?? {};
  return (type?.case === "any" || type?.case === "duration" || type?.case === "timestamp") && type.value.required;
}

function valueProblem(
  value: unknown,
  field: DescField,
  rule: FieldRules | undefined,
  registry: Registry,
): string | null {
  if (rule?.message?.skip === true) return null;
  if (typeof value === "string") return rule === undefined ? null : textReason(rule, value);
  if (typeof value === "number" || typeof value === "bigint") {
    if (field.enum !== undefined) return rule === undefined ? null : enumReason(rule, Number(value), field.enum);
    return rule === undefined ? null : numberReason(rule, value);
  }
  if (typeof value === "boolean") {
    const wanted = rule?.type.case === "bool" ? rule.type.value.const : undefined;
    return wanted === undefined || !rule || wanted === value || !isSaid(rule, "const")
      ? null
      : `value must equal ${wanted}`;
  }
  return isReflected(value) ? innerProblem(value, rule, registry) : null;
}

function isSaid(rule: FieldRules, member: string): boolean {
  return rule.type.value !== undefined && Object.hasOwn(rule.type.value, member);
}

function isReflected(value: unknown): value is ReflectMessage {
  return typeof value === "object" && value !== null && "desc" in value && "message" in value;
}

function innerProblem(value: ReflectMessage, rule: FieldRules | undefined, registry: Registry): string | null {
  const { typeName } = value.desc;
  if (typeName === "google.protobuf.Any") {
    const any = value.message as Any;
    const message = any.typeUrl === "" ? undefined : anyUnpack(any, registry);
    const desc = message === undefined ? undefined : registry.getMessage(message.$typeName);
    if (message === undefined || desc === undefined) return null;
    return caused(messageProblem(reflect(desc, message), registry));
  }
  if (typeName === "google.protobuf.Duration") {
    const { seconds, nanos } = value.message as unknown as { readonly seconds: bigint; readonly nanos: number };
    return rule?.type.case === "duration"
      ? durationReason(rule.type.value, seconds * 1_000_000_000n + BigInt(nanos))
      : null;
  }
  if (/^google\.protobuf\.\w+Value$/.test(typeName) && rule !== undefined) {
    const inner = value.desc.fields.find(({ name }) => name === "value");
    return inner === undefined ? null : valueProblem(value.get(inner), inner, rule, registry);
  }
  if (typeName.startsWith("google.protobuf.")) return null;
  return caused(messageProblem(value, registry));
}

function caused(inside: string | null): string | null {
  return inside === null ? null : `embedded message failed validation | caused by: ${inside}`;
}

function firstOf<T>(items: readonly T[], problem: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = problem(item);
    if (found !== null) return found;
  }
  return null;
}

/** `connect_timeout` → `ConnectTimeout`. */
function goName(name: string): string {
  return name.replaceAll(/(^|_)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}
