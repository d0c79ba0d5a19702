// Envoy's descriptors, loaded when first asked for: few need them, and they take 0.1 s.
import type { NativeEnvoy } from "#envoy/native.ts";

/** Resolves when they are there. */
export async function loadNativeEnvoy(): Promise<NativeEnvoy> {
  return (await import("./registry.ts")).nativeEnvoy();
}
