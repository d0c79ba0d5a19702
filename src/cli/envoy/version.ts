// What an Envoy binary says of itself.
import { execFile } from "node:child_process";

export interface EnvoyVersion {
  /** `1.40.0`. */
  readonly version: string;
  /** `9e55…/1.40.0/Clean/RELEASE/BoringSSL`. */
  readonly build: string;
}

/** Runs `envoy --version`; undefined when it cannot be run. */
export function versionOf(path: string, signal?: AbortSignal): Promise<EnvoyVersion | undefined> {
  return new Promise((resolve) => {
    execFile(path, ["--version"], { timeout: 20_000, ...(signal && { signal }) }, (error, stdout) => {
      const [, build, version] = /version:\s*(\S+?\/([^/\s]+)\/\S*)/.exec(stdout) ?? [];
      resolve(error !== null || build === undefined || version === undefined ? undefined : { version, build });
    });
  });
}
