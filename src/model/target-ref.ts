// targetRef: what a policy, or one of its items, points at.
import * as z from "zod/mini";
import type { Frozen } from "./frozen.ts";
import { may, text, textMap, texts } from "./shape.ts";

export const targetRefShape = z.strictObject({
  kind: may(text),
  name: may(text),
  namespace: may(text),
  labels: may(textMap),
  tags: may(textMap),
  mesh: may(text),
  proxyTypes: may(texts),
  sectionName: may(text),
});
export type TargetRef = Frozen<z.infer<typeof targetRefShape>>;
