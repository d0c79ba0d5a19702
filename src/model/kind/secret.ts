// Kinds Secret and GlobalSecret: bytes that only admins may read.

import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import type * as z from "#model/lazy-zod.ts";
import { base64, may, message } from "#model/shape.ts";

export const secretShape = message({ data: may(base64) });
export type SecretSpec = Frozen<z.infer<typeof secretShape>>;

export const secretJudge: Judge<SecretSpec> = {
  shape: secretShape,
  validate: () => [],
};
