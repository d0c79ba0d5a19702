// The Envoy of programs that start proxies by themselves: one that is there, else one that is fetched; and what its children are told.
import { installEnvoy } from "#cli/envoy/install.ts";
import { findEnvoy, noEnvoy, runnableEnvoy } from "#cli/envoy.ts";
import { asFailure, type Failure } from "#cli/failure.ts";

/** The Envoy's path, or why there is none. Awaited later, so it never rejects. */
export async function envoyOrWhy(
  env: NodeJS.ProcessEnv,
  {
    install,
    say,
    signal,
  }: { readonly install: boolean; readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<string | Failure> {
  try {
    if (findEnvoy(env) !== undefined) return (await runnableEnvoy(env, signal)).path;
    return install ? await installEnvoy({ env, say, signal }) : noEnvoy();
  } catch (thrown) {
    return asFailure(thrown);
  }
}

/** What names another organisation, or another Envoy's settings, is nothing to the children. */
export function envOfChildren(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("WEFT_") || name === "WEFT_LOG_LEVEL"),
  );
}
