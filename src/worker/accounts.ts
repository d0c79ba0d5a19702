// The accounts worker: who somebody is, for the API worker alone. It has no address of its own.
import { WorkerEntrypoint, waitUntil } from "cloudflare:workers";
import { type AccountMethod, type Accounts, performOn } from "#account/accounts.ts";
import { httpMailer, logMailer, type Mailer } from "#account/mail/mailer.ts";
import { readProviders } from "#account/provider.ts";
import { Sealed } from "#model/sealed.ts";
import { openAccountStore } from "#store/accounts.ts";
import { openD1 } from "#store/d1.ts";
import type { AccountsEnvironment } from "./environment.ts";
import { readAccountKeys } from "./key-ring.ts";
import { openLog } from "./log.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { chance, clock, digest } from "./platform.ts";
import { callProvider } from "./provider-call.ts";

/** One an isolate: the library is opened once. */
const opened = new WeakMap<AccountsEnvironment, Accounts>();

async function open(env: AccountsEnvironment): Promise<Accounts> {
  const database = openD1(env.DIRECTORY);
  // Half of what this worker's start would cost, for nothing while nobody signs in.
  const { openAccounts, REFUSAL_TIME } = await import("#account/open.ts");
  const keys = await readAccountKeys(env);
  const log = openLog(env.LOG_LEVEL);
  return openAccounts({
    database,
    store: openAccountStore(database, clock),
    keys,
    mailer: mailerOf(env, log),
    providers: readProviders(env.OIDC_PROVIDERS, "The secret OIDC_PROVIDERS"),
    callProvider,
    signUp: env.SIGN_UP !== "0",
    clock,
    chance,
    digest,
    log,
    refusalTime: REFUSAL_TIME,
    // Of the call in which the work began, whoever opened the library.
    background: waitUntil,
  });
}

function mailerOf({ MAIL_URL, MAIL_FROM, MAIL_TOKEN }: AccountsEnvironment, log: ReturnType<typeof openLog>): Mailer {
  if (MAIL_URL === undefined || MAIL_URL === "") return logMailer(log);
  if (!/^https?:\/\//.test(MAIL_URL)) throw new Error("MAIL_URL must begin with https://: workers send mail by HTTP");
  if (MAIL_FROM === undefined) throw new Error("MAIL_URL needs MAIL_FROM: the address from which mails come");
  const token = MAIL_TOKEN === undefined ? null : new Sealed(MAIL_TOKEN);
  return httpMailer((url, init) => fetch(url, init), { url: MAIL_URL, from: MAIL_FROM, token });
}

export default class AccountsWorker extends WorkerEntrypoint<AccountsEnvironment> {
  /** Nobody calls it from outside. */
  override fetch(): Response {
    return new Response(null, { status: 404 });
  }

  /** Carries out a call of the API worker. */
  perform(method: AccountMethod, args: readonly unknown[]): Promise<Outcome> {
    const { env } = this;
    return outcomeOf(async () => {
      // The first that was opened is kept, and never the opening: no call waits for another one's.
      const made = opened.get(env) ?? (await open(env));
      const accounts = opened.get(env) ?? made;
      opened.set(env, accounts);
      return performOn(accounts, method, args);
    });
  }
}
