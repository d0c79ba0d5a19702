// Envoy's descriptors for the meshes that need them: few do, and they take 0.1 s to load.
import { loadNativeEnvoy } from "#envoy/native/load.ts";
import type { NativeEnvoy } from "#envoy/native.ts";
import type { View } from "#model/view.ts";

/** The descriptors where a patch is in any of the views; else null. */
export async function nativeFor(...views: readonly View[]): Promise<NativeEnvoy | null> {
  return views.some(({ resources }) => (resources.MeshProxyPatch ?? []).length > 0) ? loadNativeEnvoy() : null;
}
