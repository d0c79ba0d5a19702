// The one call of Node's that nodejs_compat is on for: WebCrypto has no synchronous hash.
declare const process: {
  getBuiltinModule(name: "node:crypto"): {
    createHash(algorithm: "sha256"): { update(text: string): { digest(encoding: "base64url"): string } };
  };
};
