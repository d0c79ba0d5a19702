// Envoy's descriptors at run time: the registry that turns typed JSON into bytes. Loads in 0.3 s, so only who encodes imports it.
import { createRegistry, type Registry } from "@bufbuild/protobuf";
import { FILES } from "./generated/files.ts";

let registry: Registry | undefined;

/** Every message that Weft may write, made on first use. */
export function envoyRegistry(): Registry {
  registry ??= createRegistry(...FILES);
  return registry;
}
