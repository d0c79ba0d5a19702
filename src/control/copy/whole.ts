// The directory's part of a backup of everything, for the operator, and of its restore.
import type { DirectoryPage, WholeOf, WholeRestored, WholeStep } from "#api/copy.ts";
import { Fault, invalid } from "#model/fault.ts";
import type { CopyPlace } from "#store/face/copy.ts";
import type { AccountKeyRing } from "#trust/session-token.ts";
import { type BackupDeps, refuseForeign } from "./backup.ts";

export interface Whole {
  /** A page of the directory. Fault `invalid`. */
  page(from: CopyPlace | null): Promise<DirectoryPage>;
  /** Fault `conflict` where the copy is not this control plane's, this one is not empty, or another restore has begun; `invalid`. */
  restore(step: WholeStep): Promise<WholeRestored>;
}

type Deps = Pick<BackupDeps, "store" | "controlPlane" | "keyEncryptionKey"> & { readonly accountKeys: AccountKeyRing };

export function openWhole({ store, controlPlane, keyEncryptionKey, accountKeys }: Deps): Whole {
  const ofThis = (): WholeOf => ({
    ...{ controlPlane, key: keyEncryptionKey.current.id },
    accountKey: accountKeys.current.id,
  });
  const begin = async ({ of, backup }: WholeStep): Promise<WholeRestored> => {
    refuseForeign({ controlPlane, keyEncryptionKey }, of);
    const { current, older } = accountKeys;
    if (![current, ...older].some(({ id }) => id === of.accountKey))
      throw new Fault(
        "conflict",
        `The backup's second factors lie under the account key ${of.accountKey}, and this control plane has ${current.id}`,
      );
    const { session, done } = await store.whole.begin(backup);
    await store.directory.noteAccountKey(of.accountKey);
    return { session, done, organisations: null, people: null };
  };
  return {
    async page(from) {
      const { table, columns, rows, next } = await store.whole.page(from);
      return {
        ...{ of: ofThis(), table, columns: [...columns], rows: rows.map((row) => [...row]) },
        next: next && { table: next.table, after: [...next.after] },
      };
    },
    async restore(step) {
      if (step.step === "begin") return begin(step);
      const { backup, session, page, organisation } = step;
      if (session === undefined) throw invalid([{ field: "session", reason: "must be the one that begin has told" }]);
      const restoring = { backup, session };
      const answer = { session, done: organisation ?? "", organisations: null, people: null };
      switch (step.step) {
        case "page":
          if (page === undefined) throw invalid([{ field: "page", reason: "must be the rows of one page" }]);
          await store.whole.put(restoring, page);
          return answer;
        case "done":
          if (organisation === undefined)
            throw invalid([{ field: "organisation", reason: "must be the id of the one that is restored" }]);
          await store.whole.note(restoring, organisation);
          return answer;
        case "end":
          return { ...answer, ...(await store.whole.end(restoring)) };
      }
    },
  };
}
