// Accounts as the API worker sees them: each call goes to the accounts worker, whose code nobody else loads.
import { type Accounts, accountsBy } from "#account/accounts.ts";
import { Fault } from "#model/fault.ts";
import type { ApiEnvironment } from "./environment.ts";
import { settle } from "./outcome.ts";

/** Fault `unavailable` where the worker is not bound: all else goes on without it. */
export function openDistantAccounts({ ACCOUNTS }: Pick<ApiEnvironment, "ACCOUNTS">): Accounts {
  return accountsBy(async (method, args) => {
    if (ACCOUNTS === undefined)
      throw new Fault("unavailable", "This control plane has no accounts", {
        cause: "no service is bound as ACCOUNTS",
      });
    return settle(await ACCOUNTS.perform(method, args));
  });
}
