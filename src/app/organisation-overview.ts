// Handler of the organisation's overview: how all stands, and what needs attention first.
import { pretty } from "./answer.ts";
import type { Handler } from "./call.ts";
import { presencesOf } from "./revision-delivery.ts";

export const organisationOverview: Handler<"api"> = async (call) =>
  pretty(await call.app.writer.overview(call.caller, await presencesOf(call)));
