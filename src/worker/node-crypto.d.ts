// The one call of Node's that nodejs_compat is on for: WebCrypto has no synchronous hash.
declare module "node:crypto" {
  export function createHash(algorithm: "sha256"): {
    update(text: string): { digest(encoding: "base64url"): string };
  };
}
