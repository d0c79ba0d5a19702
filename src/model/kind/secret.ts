// Kinds Secret and GlobalSecret: bytes that only admins may read.
import * as z from "zod/mini";
import type { Frozen } from "#model/frozen.ts";
import type { Kind } from "#model/kind.ts";
import { may, message } from "#model/shape.ts";

/** Protobuf's JSON bytes: standard or URL-safe base64, padded or not. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

export const secretShape = message({
  data: may(z.string().check(z.regex(BASE64, "must be base64"))),
});
export type SecretSpec = Frozen<z.infer<typeof secretShape>>;

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
  validate: () => [],
};
