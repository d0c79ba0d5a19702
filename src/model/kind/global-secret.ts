// Kind GlobalSecret: a secret of the whole organisation.
import type { Kind } from "#model/kind.ts";
import { type SecretSpec, secretShape } from "./secret.ts";

export const globalSecret: Kind<SecretSpec> = {
  type: "GlobalSecret",
  path: "globalsecrets",
  aliases: ["global-secrets"],
  shortName: "",
  scope: "Global",
  envelope: "flat",
  singularDisplayName: "Global Secret",
  pluralDisplayName: "Global Secrets",
  readOnly: false,
  shortNames: false,
  relay: "none",
  secret: true,
  shape: secretShape,
  validate: () => [],
};
