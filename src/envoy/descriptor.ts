// Envoy's descriptors at run time: the registry that turns typed JSON into bytes. Takes a tenth of a second to make, so only who encodes imports it.
import { create, createFileRegistry, createRegistry, type DescFile, type Registry } from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import { readColumns } from "./descriptor-columns.ts";
import { COLUMNS } from "./generated/columns.ts";

/** What Envoy's files use of Google's, which the library has. */
const GOOGLE: readonly DescFile[] = [
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
];

let registry: Registry | undefined;

/** Every message that Weft may write, made on first use. */
export function envoyRegistry(): Registry {
  registry ??= createRegistry(...readFiles());
  return registry;
}

function readFiles(): readonly DescFile[] {
  const files = readColumns(COLUMNS);
  const known = new Map([...GOOGLE, ...files].map((file) => ["kind" in file ? `${file.name}.proto` : file.name, file]));
  // The library adds what a file imports from the last to the first.
  const dependency = [...GOOGLE.map(({ name }) => `${name}.proto`), ...files.map(({ name }) => name).reverse()];
  const whole = createFileRegistry(
    create(FileDescriptorProtoSchema, { name: "all", syntax: "proto3", dependency }),
    (name) => known.get(name),
  );
  return [...whole.files].filter((file) => !GOOGLE.includes(file));
}
