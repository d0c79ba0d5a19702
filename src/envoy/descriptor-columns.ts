// Envoy's descriptors out of columns of words, as tools/descriptor-columns.mjs writes them.
import { create } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  type FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  OneofDescriptorProtoSchema,
  OneofOptionsSchema,
} from "@bufbuild/protobuf/wkt";

/** Each one text of words between spaces, in the order of one walk through all files. */
export interface DescriptorColumns {
  /** Of a file messages.enums; of a message fields.oneofs.messages.enums, with an `m` before it where it is a map's entry; of an enum its values. */
  readonly shapes: string;
  /** Packages and what they hold; a `!` behind a oneof that must be set. */
  readonly names: string;
  /** Of a field: a letter of its type, `!` where it has rules, `*` where it is a list, `?` where it says whether it is there, its oneof. */
  readonly kinds: string;
  /** How far a number lies beyond the one that was to be expected; nothing where it is the one. */
  readonly numbers: string;
  /** Types of fields: their place in the walk in base 36, or the names of Google's. */
  readonly references: string;
  /** `validate.rules` of a field, hex of its bytes on the wire. */
  readonly rules: string;
}

/** Number of the options `validate.rules` and `validate.required`. */
const RULES = 1071;
const KIND = /^(\w)(!?)(\*?)(\??)(\d*)$/;

/** The files in their order: what a type refers to comes first, so that no file needs to name another. */
export function readColumns(columns: DescriptorColumns): readonly FileDescriptorProto[] {
  const shapes = columns.shapes.split(" ");
  const [nameOf, kindOf, numberOf] = [wordsOf(columns.names), wordsOf(columns.kinds), wordsOf(columns.numbers)];
  const [referenceOf, ruleOf] = [wordsOf(columns.references), wordsOf(columns.rules)];
  let at = 0;
  /** Full names in the order of the walk, and who refers to them: a type may come after the field. */
  const types: string[] = [];
  const references: [FieldDescriptorProto, string][] = [];

  const times = <T>(count: number | undefined, make: (index: number) => T): T[] =>
    Array.from({ length: count ?? 0 }, (_, index) => make(index));

  const readFile = (index: number): FileDescriptorProto => {
    const scope = nameOf();
    const [messages, enums] = countsOf(shapes[at++] as string);
    return create(FileDescriptorProtoSchema, {
      name: `${index}`,
      package: scope,
      syntax: "proto3",
      messageType: times(messages, () => readMessage(`.${scope}`)),
      enumType: times(enums, () => readEnum(`.${scope}`)),
    });
  };

  const readMessage = (scope: string): DescriptorProto => {
    const name = nameOf();
    const own = `${scope}.${name}`;
    types.push(own);
    const shape = shapes[at++] as string;
    const isEntry = shape.startsWith("m");
    const [fields, oneofs, messages, enums] = countsOf(isEntry ? shape.slice(1) : shape);
    let last = 0;
    return create(DescriptorProtoSchema, {
      name,
      ...(isEntry ? { options: { mapEntry: true } } : {}),
      field: times(fields, () => {
        last += 1 + Number(numberOf());
        return readField(last);
      }),
      oneofDecl: times(oneofs, () => {
        const oneof = nameOf();
        if (!oneof.endsWith("!")) return create(OneofDescriptorProtoSchema, { name: oneof });
        const options = create(OneofOptionsSchema);
        options.$unknown = [{ no: RULES, wireType: 0, data: Uint8Array.of(1) }];
        return create(OneofDescriptorProtoSchema, { name: oneof.slice(0, -1), options });
      }),
      nestedType: times(messages, () => readMessage(own)),
      enumType: times(enums, () => readEnum(own)),
    });
  };

  const readField = (number: number): FieldDescriptorProto => {
    const name = nameOf();
    const [, letter = "", rule, list, optional, oneof = ""] = KIND.exec(kindOf()) ?? [];
    const type = (letter.charCodeAt(0) - 96) as FieldDescriptorProto_Type;
    const field = create(FieldDescriptorProtoSchema, {
      name,
      jsonName: protoCamelCase(name),
      number,
      type,
      label: list ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
      ...(oneof === "" ? {} : { oneofIndex: Number(oneof) }),
      ...(optional ? { proto3Optional: true } : {}),
    });
    // Messages and enums are named.
    if (type === 11 || type === 14) references.push([field, referenceOf()]);
    if (rule) {
      field.options = create(FieldOptionsSchema);
      field.options.$unknown = [{ no: RULES, wireType: 2, data: bytesOf(ruleOf()) }];
    }
    return field;
  };

  const readEnum = (scope: string): EnumDescriptorProto => {
    const name = nameOf();
    types.push(`${scope}.${name}`);
    return create(EnumDescriptorProtoSchema, {
      name,
      value: times(Number(shapes[at++]), (index) => ({ name: nameOf(), number: index + Number(numberOf()) })),
    });
  };

  const files: FileDescriptorProto[] = [];
  while (at < shapes.length) files.push(readFile(files.length));
  for (const [field, reference] of references) {
    field.typeName = reference.startsWith(".") ? reference : (types[Number.parseInt(reference, 36)] as string);
  }
  return files;
}

function wordsOf(column: string): () => string {
  const words = column.split(" ");
  let at = 0;
  return () => words[at++] as string;
}

function countsOf(shape: string): readonly number[] {
  return shape.split(".").map(Number);
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
