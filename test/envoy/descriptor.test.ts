// What Envoy's descriptors are after their way through columns, against those that the generator of TypeScript embeds.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { DescField, DescFile, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { getOption, hasOption, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { describe, expect, it } from "vitest";
import { envoyRegistry } from "#envoy/descriptor.ts";
import { FieldRulesSchema, required, rules } from "#envoy/generated/validate/validate_pb.ts";

/** Files that tell generators something; no message of Envoy's configuration is in them. */
const NOTES = /^google\/protobuf\/|^validate\/|\/annotations\/|^google\/api\/(http|annotations)/;

const place = join(import.meta.dirname, "../../src/envoy/generated");
const modules = await Promise.all(
  readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("_pb.ts"))
    .map(async (path) => (await import(join(place, path))) as object),
);
const files = modules
  .flatMap((module) => Object.values(module) as { readonly kind?: string }[])
  .filter((one): one is DescFile => one.kind === "file")
  .filter(({ name }) => !NOTES.test(`${name}.proto`));

/** All that decoding, encoding and judging ask of a field. */
function fieldOf(field: DescField): unknown {
  const { name, jsonName, localName, number, fieldKind, presence, oneof } = field;
  return {
    name,
    jsonName,
    localName,
    number,
    fieldKind,
    presence,
    oneof: oneof?.name,
    scalar: field.scalar,
    message: field.message?.typeName,
    enum: field.enum?.typeName,
    ...(field.fieldKind === "list" ? { list: field.listKind, packed: field.packed } : {}),
    ...(field.fieldKind === "map" ? { map: field.mapKind, key: field.mapKey } : {}),
    rules: hasOption(field, rules) ? [...toBinary(FieldRulesSchema, getOption(field, rules))] : null,
  };
}

function oneofOf(oneof: DescOneof): unknown {
  return { name: oneof.name, fields: oneof.fields.map(({ name }) => name), required: getOption(oneof, required) };
}

const messageOf = ({ typeName, fields, oneofs }: DescMessage): unknown => ({
  typeName,
  fields: fields.map(fieldOf),
  oneofs: oneofs.map(oneofOf),
});

describe("the registry", () => {
  const registry = envoyRegistry();
  const types = files.flatMap((file) => [...nestedTypes(file)]);

  it("has every message and enum of Envoy's files, and no other", () => {
    expect(files.length).toBeGreaterThan(100);
    const wanted = types.filter(({ kind }) => kind === "message" || kind === "enum").map(({ typeName }) => typeName);
    expect([...registry].map(({ typeName }) => typeName).sort()).toEqual(wanted.sort());
  });

  it("says of each message what the generator says", () => {
    for (const type of types) {
      if (type.kind === "message") expect(messageOf(registry.getMessage(type.typeName)!)).toEqual(messageOf(type));
    }
  });

  it("says of each enum what the generator says", () => {
    for (const type of types) {
      if (type.kind !== "enum") continue;
      const { values, open } = registry.getEnum(type.typeName)!;
      const plain = (all: typeof values): unknown =>
        all.map(({ name, localName, number }) => ({ name, localName, number }));
      expect({ open, values: plain(values) }).toEqual({ open: type.open, values: plain(type.values) });
    }
  });
});
