// Backups and restores of organisations, for the operator: what may be copied, and what follows from a restore.
import type { BackupPage, CopyOf, Restored, RestoreStep } from "#api/copy.ts";
import { deed } from "#control/audit/deed.ts";
import type { ControlDeps } from "#control/deps.ts";
import { Fault, invalid } from "#model/fault.ts";
import type { CopyPlace, Restoring } from "#store/face/copy.ts";
import type { Organisation } from "#store/face/organisation.ts";

export interface Backups {
  /** A page of the organisation's backup. Faults `absent`, `invalid`, `conflict` as store/face/copy.ts tells. */
  page(name: string, from: CopyPlace | null, freeze: boolean): Promise<BackupPage>;
  /** Ends a freeze. Fault `absent`. */
  thaw(name: string): Promise<void>;
  /** Fault `conflict` where the copy is not this control plane's, or another restore has begun; `invalid`. */
  restore(step: RestoreStep): Promise<Restored>;
}

export type BackupDeps = Pick<ControlDeps, "store" | "controlPlane" | "keyEncryptionKey" | "clock">;

/** `restart` has the organisation's writer forget what it knows, wherever it is. */
export function openBackups(deps: BackupDeps, restart: (tenant: string, wake: boolean) => Promise<void>): Backups {
  const { store, controlPlane, keyEncryptionKey, clock } = deps;
  const find = async (name: string): Promise<Organisation> => {
    const found = await store.directory.findOrganisation({ name });
    if (found === null) throw new Fault("absent", `There is no organisation ${name}`);
    return found;
  };
  const refuse = ({ of, replace }: RestoreStep, isThere: boolean): void => {
    refuseForeign(deps, of);
    if (isThere && replace !== true)
      throw new Fault("conflict", `The organisation ${of.organisation.name} is there: say that it is to be replaced`);
  };
  const end = async (restoring: Restoring, step: RestoreStep): Promise<number> => {
    const { id, name } = restoring.organisation;
    const epoch = await store.copies.endRestore(restoring, step.sums ?? {});
    // What the writer remembers is of another time: it is gone before anything can be written.
    await restart(id, false);
    await store.copies.openRestored(restoring);
    const told = deed({ actor: "operator" }, clock(), "backup.restore", `organisation ${name}`, { epoch });
    await store.within(id).record({ audit: [told] });
    await restart(id, true);
    return epoch;
  };
  return {
    async page(name, from, freeze) {
      const organisation = await find(name);
      const of: CopyOf = { controlPlane, organisation, key: keyEncryptionKey.current.id };
      const { at, table, columns, rows, next } = await store.copies.page(organisation.id, from, freeze);
      return {
        ...{ of, at: { ...at }, table, columns: [...columns], rows: rows.map((row) => [...row]) },
        next: next && { table: next.table, after: [...next.after] },
      };
    },
    async thaw(name) {
      await store.copies.thaw((await find(name)).id);
    },
    async restore(step) {
      const { organisation } = step.of;
      if (step.step === "begin") {
        refuse(step, (await store.directory.findOrganisation({ id: organisation.id })) !== null);
        await store.directory.noteSealingKey(step.of.key);
        const { session } = await store.copies.beginRestore(organisation, step.region);
        return { session, more: false, epoch: null };
      }
      if (step.session === undefined)
        throw invalid([{ field: "session", reason: "must be the one that begin has told" }]);
      const restoring = { organisation, session: step.session };
      const answer = { session: step.session, more: false, epoch: null };
      switch (step.step) {
        case "empty":
          return { ...answer, more: await store.copies.emptyForRestore(restoring) };
        case "page":
          if (step.page === undefined) throw invalid([{ field: "page", reason: "must be the rows of one page" }]);
          await store.copies.restorePage(restoring, step.page);
          return answer;
        case "end":
          return { ...answer, epoch: await end(restoring, step) };
      }
    },
  };
}

/** Fault `conflict` where the copy is not this control plane's, or of a key that it lacks. */
export function refuseForeign(
  { controlPlane, keyEncryptionKey }: Pick<BackupDeps, "controlPlane" | "keyEncryptionKey">,
  of: Pick<CopyOf, "controlPlane" | "key">,
): void {
  if (of.controlPlane !== controlPlane) {
    const own = `this control plane is ${controlPlane}, and the backup is of ${of.controlPlane}`;
    throw new Fault(
      "conflict",
      `${own}: its relays would believe nothing of it. Restore its state folder or secrets first.`,
    );
  }
  if (![keyEncryptionKey.current, ...keyEncryptionKey.older].some(({ id }) => id === of.key))
    throw new Fault(
      "conflict",
      `The backup's secrets are sealed under the key ${of.key}, which this control plane lacks`,
    );
}
