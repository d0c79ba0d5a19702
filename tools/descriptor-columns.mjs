// Envoy's descriptors as columns of plain words, which compress to a third of the same in protobuf and base64; read by src/envoy/descriptor-columns.ts.

import { fromBinary } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Number of `validate.rules` and `validate.required` in the options of fields and oneofs: all that anybody reads of options. */
const RULES = 1071;

/** The columns of a FileDescriptorSet, each one text of words between spaces. Throws where something would be lost that matters. */
export function columnsOf(bytes) {
  const { file } = fromBinary(FileDescriptorSetSchema, bytes);
  const columns = { shapes: [], names: [], kinds: [], numbers: [], references: [], rules: [] };
  const files = inOrder(file.filter(isConfig));
  const numbers = new Map(files.flatMap(typesOf).map((name, index) => [name, index.toString(36)]));
  for (const one of files) {
    if (one.syntax !== "proto3") throw new Error(`${one.name} is ${one.syntax}`);
    columns.names.push(one.package);
    columns.shapes.push(`${one.messageType.length}.${one.enumType.length}`);
    for (const message of one.messageType) writeMessage(message, numbers, columns);
    for (const each of one.enumType) writeEnum(each, columns);
  }
  return Object.fromEntries(Object.entries(columns).map(([name, words]) => [name, words.join(" ")]));
}

/** Envoy's own and what it is made of; annotations are for generators, and Google's well-known types are in the library. */
function isConfig({ name }) {
  return (
    !/^google\/protobuf\/|^validate\/|\/annotations\//.test(name) && !/^google\/api\/(http|annotations)/.test(name)
  );
}

/** Whoever is imported comes first. */
function inOrder(files) {
  const left = new Map(files.map((file) => [file.name, file]));
  const sorted = [];
  const visit = (file) => {
    if (!left.delete(file.name)) return;
    for (const name of file.dependency) if (left.has(name)) visit(left.get(name));
    sorted.push(file);
  };
  for (const file of files) visit(file);
  return sorted;
}

/** Full names of a file's types in the order in which they are written. */
function typesOf({ package: scope, messageType, enumType }) {
  const inside = (prefix, messages, enums) => [
    ...messages.flatMap((one) => [
      `${prefix}.${one.name}`,
      ...inside(`${prefix}.${one.name}`, one.nestedType, one.enumType),
    ]),
    ...enums.map(({ name }) => `${prefix}.${name}`),
  ];
  return inside(`.${scope}`, messageType, enumType);
}

function writeMessage(message, numbers, columns) {
  const { field, oneofDecl, nestedType, enumType, options } = message;
  columns.names.push(message.name);
  const counts = [field.length, oneofDecl.length, nestedType.length, enumType.length].join(".").replace(/(\.0)+$/, "");
  columns.shapes.push(`${options?.mapEntry ? "m" : ""}${counts}`);
  let last = 0;
  for (const one of field) {
    if (one.jsonName !== protoCamelCase(one.name)) throw new Error(`${one.name} is called ${one.jsonName} in JSON`);
    if (one.type === FieldDescriptorProto_Type.GROUP || one.defaultValue !== "") throw new Error(`${one.name}: proto2`);
    const rule = ruleOf(one);
    const list = one.label === FieldDescriptorProto_Label.REPEATED ? "*" : "";
    const oneof = Object.hasOwn(one, "oneofIndex") ? `${one.proto3Optional ? "?" : ""}${one.oneofIndex}` : "";
    columns.names.push(one.name);
    columns.kinds.push(`${String.fromCharCode(96 + one.type)}${rule === null ? "" : "!"}${list}${oneof}`);
    columns.numbers.push(one.number - last - 1 || "");
    last = one.number;
    if (rule !== null) columns.rules.push(rule);
    if (one.typeName !== "") columns.references.push(numbers.get(one.typeName) ?? one.typeName);
  }
  for (const one of oneofDecl) columns.names.push(`${one.name}${ruleOf(one) === null ? "" : "!"}`);
  for (const one of nestedType) writeMessage(one, numbers, columns);
  for (const one of enumType) writeEnum(one, columns);
}

function writeEnum({ name, value }, columns) {
  columns.names.push(name);
  columns.shapes.push(`${value.length}`);
  value.forEach((one, index) => {
    columns.names.push(one.name);
    columns.numbers.push(one.number - index || "");
  });
}

/** Bytes of its rule in hex, or null. */
function ruleOf({ name, options }) {
  const found = (options?.$unknown ?? []).filter(({ no }) => no === RULES);
  if (found.length > 1) throw new Error(`${name} has its rules in pieces`);
  return found.length === 0 ? null : Buffer.from(found[0].data).toString("hex");
}
