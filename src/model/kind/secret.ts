// Kinds Secret and GlobalSecret: bytes that only admins may read.
import * as z from "zod/mini";
import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
import type { Resource } from "#model/resource.ts";
import { may } from "#model/shape.ts";
import type { Violation } from "#model/violation.ts";

/** Protobuf's JSON bytes: standard or URL-safe base64, padded or not. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

export const secretShape = z.strictObject({
  data: may(z.string().check(z.regex(BASE64, "must be base64"))),
});
export type SecretSpec = Frozen<z.infer<typeof secretShape>>;

/** An empty secret serves nobody; everything else is the business of whoever reads it. */
export function validateSecret({ spec }: Resource<SecretSpec>): readonly Violation[] {
  return spec.data ? [] : [{ field: "data", reason: "cannot be empty" }];
}

export const secret: Kind<SecretSpec> = {
  type: "Secret",
  path: "secrets",
  aliases: [],
  shortName: "",
  scope: "Mesh",
  envelope: "flat",
  singularDisplayName: "Secret",
  pluralDisplayName: "Secrets",
  readOnly: false,
  shortNames: false,
  relay: "none",
  secret: true,
  shape: secretShape,
  validate: validateSecret,
};
