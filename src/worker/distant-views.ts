// Views as the API worker sees them: each call goes to the writers' worker, where there is all that they need.
import type { ViewReader } from "#control/face/reader.ts";
import type { ApiEnvironment } from "./environment.ts";
import { settle } from "./outcome.ts";
import { viewsBy } from "./view-call.ts";

/** Of any tenant. */
export function openDistantViews({ VIEWS }: Pick<ApiEnvironment, "VIEWS">): ViewReader {
  return viewsBy(async (method, args) => settle(await VIEWS.perform(method, args)));
}
