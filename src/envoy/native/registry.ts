// The descriptors at work: text to messages, messages to JSON, and what is wrong with either.
import { type DescMessage, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { parse } from "yaml";
import { envoyRegistry } from "#envoy/descriptor.ts";
import type { JsonMessage, NativeEnvoy } from "#envoy/native.ts";
import { ANY, mergeAny, mergeJson } from "./merge.ts";
import { ruleProblem } from "./rule.ts";

let native: NativeEnvoy | undefined;

/** The one there is; loads the descriptors on first use. */
export function nativeEnvoy(): NativeEnvoy {
  native ??= create();
  return native;
}

function create(): NativeEnvoy {
  const registry = envoyRegistry();
  const descOf = (message: string): DescMessage => {
    const desc = registry.getMessage(message);
    if (desc === undefined) throw new TypeError(`no descriptor of ${message}`);
    return desc;
  };
  return {
    read(message, text) {
      const desc = descOf(message);
      try {
        const said: unknown = parse(text, { merge: true, maxAliasCount: 50 }) ?? {};
        const value = toJson(desc, fromJson(desc, said as JsonValue, { registry }), { registry });
        return { value: value as JsonMessage };
      } catch (error) {
        return { reason: reasonOf(error) };
      }
    },
    problem(message, json) {
      const desc = descOf(message);
      try {
        return ruleProblem(desc, fromJson(desc, json as JsonValue, { registry }), registry);
      } catch (error) {
        return reasonOf(error);
      }
    },
    // Nothing of Envoy names the file of Any, so the registry has no descriptor of it.
    merge: (message, onto, patch) =>
      message === ANY ? mergeAny(onto, patch, registry) : mergeJson(descOf(message), onto, patch, registry),
  };
}

function reasonOf(error: unknown): string {
  // The one RangeError there is: a stack that was used up.
  if (error instanceof RangeError) return "it is nested too deeply";
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : "it cannot be read";
}
