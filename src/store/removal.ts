// The removal of an organisation whose time has come: its move is ended, its rows go wherever they are, its name goes last.
import type { Database } from "./database.ts";
import type { Mover } from "./face/move.ts";
import type { Directory } from "./face/organisation.ts";
import type { Placement } from "./placement/placement.ts";
import type { TenantStore } from "./store.ts";

export interface RemovalDeps {
  readonly directory: Directory;
  /** Null where nobody ever moves. */
  readonly moves: {
    readonly mover: Mover;
    readonly placement: Placement;
    readonly open: (database: Database) => Database;
  } | null;
  readonly within: (tenant: string) => Pick<TenantStore, "purge">;
}

/** How long one call goes on with a move; milliseconds. */
const MOVE_TIME = 2000;

/** What databases say of a tenant that has left them. */
const FORGET = "DELETE FROM tenant_move WHERE tenant_id = ?1";

/** See `Store.remove`. Since it is marked in the directory, no move begins once none is found. */
export function openRemoval({
  directory,
  moves,
  within,
}: RemovalDeps): (tenant: string, statements: number) => Promise<boolean> {
  const forgetAt = async ({ placement, open }: NonNullable<RemovalDeps["moves"]>, tenant: string): Promise<void> => {
    const here = (await placement.find(tenant)).name;
    for (const name of placement.names)
      if (name !== here) await open(placement.open(name).database).batch([{ sql: FORGET, params: [tenant] }]);
  };
  return async (tenant, statements) => {
    // Of a move that stops half way rows would stay in its target, and nobody would know of them.
    if (moves !== null && !(await moves.mover.end(tenant, MOVE_TIME))) return false;
    const rest = within(tenant);
    if (!(await rest.purge(statements))) return false;
    if (moves !== null) await forgetAt(moves, tenant);
    // The name last: until it is free, whatever stops the removal is followed by another run.
    await directory.deleteOrganisation(tenant);
    // What a call wrote that had begun before.
    await rest.purge(statements);
    return true;
  };
}
