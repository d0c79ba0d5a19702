// The API worker: routes, shapes and rows on D1; writers and views are in the writers' worker, accounts in theirs.
import { waitUntil } from "cloudflare:workers";
import { createApp } from "#app/app.ts";
import type { ConsoleFiles } from "#app/console.ts";
import { openContactBook } from "#control/bell/contact.ts";
import { openBackups } from "#control/copy/backup.ts";
import { openWhole } from "#control/copy/whole.ts";
import { openOutside } from "#control/outside.ts";
import { openReseals } from "#control/secret/reseal.ts";
import { Sealed } from "#model/sealed.ts";
import { importNonceKey } from "#trust/nonce.ts";
import { openDistantAccounts } from "./distant-accounts.ts";
import { openDistantBell } from "./distant-bell.ts";
import { openDistantEvents } from "./distant-events.ts";
import { openDistantListen } from "./distant-listen.ts";
import { openDistantViews } from "./distant-views.ts";
import { openDistantWriter } from "./distant-writer.ts";
import type { ApiEnvironment } from "./environment.ts";
import { openFloor } from "./floor.ts";
import { readAccountKeys } from "./key-ring.ts";
import { type Outcome, settle } from "./outcome.ts";
import { reached } from "./reached.ts";
import { readSecret, refuseSecrets } from "./secret-bytes.ts";
import { answerUnopened } from "./unopened.ts";
import { openWriterOf } from "./writer-object.ts";

type App = ReturnType<typeof createApp>;

/** One app an isolate: keys are imported once. */
const opened = new WeakMap<ApiEnvironment, App>();

/** The first that was opened is kept, and never the opening: no call waits for another one's. */
async function appOf(env: ApiEnvironment): Promise<App> {
  const known = opened.get(env);
  if (known !== undefined) return known;
  const app = await openApp(env);
  const first = opened.get(env) ?? app;
  opened.set(env, first);
  return first;
}

async function openApp(env: ApiEnvironment): Promise<App> {
  const { OPERATOR_SECRET, KEY_ENCRYPTION_KEY, NONCE_KEY, ACCOUNT_KEY } = env;
  refuseSecrets({ OPERATOR_SECRET, KEY_ENCRYPTION_KEY, NONCE_KEY, ACCOUNT_KEY });
  const floor = await openFloor(env);
  const { store, clock, chance, log, watch, controlPlane, keyEncryptionKey } = floor;
  const writerOf = openWriterOf(env, store);
  const outside = openOutside(floor, {
    views: openDistantViews(env),
    listen: openDistantListen(writerOf),
    hear: (tenant) => {
      const heard = writerOf(tenant).then(async ({ object }) => void settle(await object.hear(tenant)));
      waitUntil(heard);
      return heard;
    },
  });
  const accountKeys = await readAccountKeys(env);
  const accounts = openDistantAccounts(env);
  return createApp({
    ...outside,
    writer: openDistantWriter(writerOf, store, log),
    bell: openDistantBell(writerOf),
    backups: openBackups({ store, controlPlane, keyEncryptionKey, clock }, async (tenant, wake) => {
      settle(await reached<Outcome>((await writerOf(tenant)).object.restart(tenant, wake) as Promise<Outcome>));
    }),
    whole: openWhole({ store, controlPlane, keyEncryptionKey, accountKeys }),
    reseals: openReseals({
      ...{ store, keyEncryptionKey, clock, chance, log },
      people: env.ACCOUNTS === undefined ? null : { keys: accountKeys, reseal: accounts.reseal },
    }),
    events: openDistantEvents(writerOf),
    contacts: openContactBook(clock, false),
    controlPlane,
    operatorSecret: new Sealed(OPERATOR_SECRET),
    nonceKey: await importNonceKey(readSecret("NONCE_KEY", NONCE_KEY)),
    accountKey: accountKeys.current.session,
    olderAccountKeys: accountKeys.older.map(({ session }) => session),
    accounts,
    // On Workers a host name is one that the operator has routed here.
    originOf: (request) => env.PUBLIC_URL ?? new URL(request.url).origin,
    addressOf: (request) => request.headers.get("cf-connecting-ip") ?? "",
    clock,
    chance,
    log,
    watch,
    console: filesOf(env.ASSETS),
    background: waitUntil,
  });
}

/** The console's files are static assets of the worker; Cloudflare packs them. */
function filesOf(assets: Fetcher | undefined): ConsoleFiles {
  return async (path) => {
    const answer = await assets?.fetch(`https://assets/${path}`);
    if (answer === undefined || !answer.ok || answer.body === null) return null;
    return {
      body: answer.body,
      type: answer.headers.get("content-type") ?? "application/octet-stream",
      encoding: null,
    };
  };
}

export default {
  async fetch(request, env): Promise<Response> {
    let app: App;
    try {
      app = await appOf(env);
    } catch (thrown) {
      return answerUnopened(thrown, env.LOG_LEVEL);
    }
    return app.fetch(request);
  },
} satisfies ExportedHandler<ApiEnvironment>;
