// The API worker: the whole app on D1, with each organisation's writer in a Durable Object.
import { createApp } from "#app/app.ts";
import { openContactBook } from "#control/contact.ts";
import { Sealed } from "#model/sealed.ts";
import { importNonceKey } from "#trust/nonce.ts";
import { openDistantWriter } from "./distant-writer.ts";
import type { ApiEnvironment } from "./environment.ts";
import { openFloor } from "./floor.ts";
import { openLog } from "./log.ts";
import { chance, clock } from "./platform.ts";
import { readSecret } from "./secret-bytes.ts";

export { OrganisationWriter } from "./organisation-writer.ts";

type App = ReturnType<typeof createApp>;

/** One app an isolate: keys are imported once. */
const opened = new WeakMap<ApiEnvironment, Promise<App>>();

function appOf(env: ApiEnvironment): Promise<App> {
  const known = opened.get(env);
  if (known !== undefined) return known;
  const app = openApp(env);
  opened.set(env, app);
  return app;
}

async function openApp(env: ApiEnvironment): Promise<App> {
  if ((env.OPERATOR_SECRET ?? "").length < 32) {
    throw new Error("The secret OPERATOR_SECRET must have at least 32 characters: wrangler secret put OPERATOR_SECRET");
  }
  const { store, control } = await openFloor(env);
  return createApp({
    store,
    writer: openDistantWriter(env, store),
    reader: control.reader,
    poll: control.poll,
    organisations: control.organisations,
    audit: control.audit,
    contacts: openContactBook(clock, false),
    controlPlane: env.CONTROL_PLANE,
    operatorSecret: new Sealed(env.OPERATOR_SECRET),
    nonceKey: await importNonceKey(readSecret("NONCE_KEY", env.NONCE_KEY)),
    clock,
    chance,
    log: openLog(env.LOG_LEVEL),
  });
}

export default {
  async fetch(request, env): Promise<Response> {
    return (await appOf(env)).fetch(request);
  },
} satisfies ExportedHandler<ApiEnvironment>;
