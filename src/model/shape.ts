// Pieces that the shapes of kinds share: numbers, maps, durations, optional members.
import * as z from "zod/mini";
import { durationReason, protoDurationReason } from "./duration.ts";

// Workers forbid code generation from strings; without this zod first tries it and is reported.
z.config({ jitless: true });

/** A member that may be absent; `undefined` and `null` are refused where it stands. */
export const may = z.exactOptional;

export const text = z.string();
export const flag = z.boolean();
/** An unsigned 32-bit integer. */
export const uint32 = z.int().check(z.minimum(0), z.maximum(4_294_967_295));
export const int32 = z.int().check(z.minimum(-2_147_483_648), z.maximum(2_147_483_647));
export const number = z.number();
export const texts = z.array(z.string());
/** Text by text: tags, labels. */
export const textMap = z.record(z.string(), z.string());

function checked(reasonOf: (value: string) => string | null): z.ZodMiniString {
  return z.string().check((payload) => {
    const reason = reasonOf(payload.value);
    if (reason !== null) payload.issues.push({ code: "custom", input: payload.value, message: reason });
  });
}

/** A Go duration: `5s`, `1h30m`, `250ms`. */
export const duration = checked(durationReason);
/** A protobuf duration in JSON: seconds with a fraction, `10s`, `0.250s`. */
export const protoDuration = checked(protoDurationReason);

/** Where a value comes from: exactly one of these (data-source.ts). */
export const dataSource = z.strictObject({
  secret: may(text),
  file: may(text),
  inline: may(text),
  inlineString: may(text),
});
