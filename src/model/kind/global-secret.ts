// Kind GlobalSecret: a secret of the whole organisation.
import type { Judge } from "#model/kind.ts";
import { type SecretSpec, secretShape } from "./secret.ts";

export const globalSecretJudge: Judge<SecretSpec> = {
  shape: secretShape,
  validate: () => [],
};
