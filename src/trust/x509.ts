// The certificate library, loaded when it is first needed: loading costs tens of milliseconds, and most starts go without.
import type * as X509 from "@peculiar/x509";

export type Library = typeof X509;

/** The library; the same one at each call. */
export async function loadX509(): Promise<Library> {
  // What the library is built on refuses to load without it.
  await import("reflect-metadata/lite");
  return import("@peculiar/x509");
}
