// Accounts of a control plane whose tests have no people: a call of them is the test's mistake.
import { accountsBy } from "#account/accounts.ts";

export const noAccounts = accountsBy(async (method) => {
  throw new TypeError(`nobody signs in here, and yet ${method} was called`);
});
