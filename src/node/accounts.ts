// Accounts on Node: their code is loaded at the first call, so that a control plane that nobody signs in to never holds it.
import { type Accounts, accountsBy, performOn } from "#account/accounts.ts";
import type { AccountsOptions } from "#account/open.ts";

export interface LazyAccounts {
  readonly accounts: Accounts;
  /** Waits for what goes on in the background, such as mails. */
  close(): Promise<void>;
}

export function openLazyAccounts(options: Omit<AccountsOptions, "background" | "refusalTime">): LazyAccounts {
  const works = new Set<Promise<unknown>>();
  const background = (work: Promise<unknown>): void => {
    works.add(work);
    void work.finally(() => works.delete(work));
  };
  let opened: Promise<Accounts> | undefined;
  const open = (): Promise<Accounts> => {
    opened ??= import("#account/open.ts").then(({ openAccounts, REFUSAL_TIME }) =>
      openAccounts({ refusalTime: REFUSAL_TIME, ...options, background }),
    );
    return opened;
  };
  return {
    accounts: accountsBy(async (method, args) => performOn(await open(), method, args)),
    async close() {
      await Promise.allSettled([...works]);
    },
  };
}
