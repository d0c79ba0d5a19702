// Matches of `rules` policies: which client identity, which SNI.
import * as z from "zod/mini";
import type { Frozen } from "./frozen.ts";
import { may, text } from "./shape.ts";

export const spiffeIdMatch = z.strictObject({ type: z.enum(["Exact", "Prefix"]), value: text });
export const sniMatch = z.strictObject({ type: z.enum(["Exact"]), value: text });
export const matchShape = z.strictObject({ spiffeID: may(spiffeIdMatch), sni: may(sniMatch) });
export type RuleMatch = Frozen<z.infer<typeof matchShape>>;
