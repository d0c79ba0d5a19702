// Carries moves out: copy while writes go on, freeze for the rest, compare, go, empty. Each step may be the last of a call.

import { Fault, invalid } from "#model/fault.ts";
import { sameJson } from "#model/same.ts";
import { Conflict } from "#store/conflict.ts";
import { type CopyKey, clearStatement, dropStatement, type Page, readPage, writeStatements } from "#store/copy/page.ts";
import type { Database } from "#store/database.ts";
import type { Mover, MoveStanding } from "#store/face/move.ts";
import { FREEZE } from "#store/placement/freeze.ts";
import type { Placement } from "#store/placement/placement.ts";
import { MOVED_TABLES, type TenantTable } from "#store/tenant-table.ts";
import {
  arrive,
  expectAt,
  freezeAt,
  hasGone,
  heldBy,
  leave,
  leftBy,
  renewAt,
  takeAt,
  withdrawAt,
} from "./move-mark.ts";
import { another, endMove, keepMove, type MoveRow, switchMove, takeAnyMove, takeMove } from "./move-row.ts";

export interface MoverDeps {
  readonly directory: Database;
  readonly placement: Placement;
  readonly open: (database: Database) => Database;
  readonly clock: () => number;
}

/** A pass that has changed so few pages is followed by the freeze, and so is the last of these: the one that catches up. */
const FEW = 2;
const PASSES = 2;
/** Pages of one step: then it is kept how far it has come. */
const PAGES = 8;

interface Ways {
  readonly source: Database;
  readonly target: Database;
}

export function openMover({ directory, placement, open, clock }: MoverDeps): Mover {
  const database = (name: string): Database => open(placement.open(name).database);

  /** The next step; null = there is none. Each keeps what it has done before it returns. */
  const step = async (row: MoveRow, { source, target }: Ways): Promise<MoveRow | null> => {
    switch (row.phase) {
      case "begin":
        await expectAt(target, row);
        return keepOr(() => withdrawAt(target, row), { ...row, phase: "copy" });
      case "copy": {
        const next = await syncPages(row, source, target);
        if (next.place !== null) return keepMove(directory, next);
        const isClose = next.changed <= FEW || next.passes + 1 >= PASSES;
        const phase = isClose ? "freeze" : "copy";
        return keepMove(directory, { ...next, phase, passes: next.passes + 1, changed: 0 });
      }
      case "freeze":
        if (!(await freezeAt(source, row, clock(), clock() + FREEZE)))
          throw new Fault(
            "conflict",
            "The organisation is being restored or backed up: go on with its move afterwards",
          );
        return keepOr(() => withdrawAt(source, row), { ...row, phase: "final", place: null });
      case "final": {
        if (!(await renewAt(source, row, clock() + FREEZE))) return thawed(row);
        const next = await syncPages(row, source, target);
        if (next.place !== null) return keepMove(directory, next);
        return keepMove(directory, { ...next, phase: "verify", passes: next.passes + 1, changed: 0 });
      }
      case "verify":
        return verify(row, { source, target });
      case "empty":
        return (await emptyPages(row, source)) ? row : null;
    }
  };

  /** Where another call has gone on, or the organisation was removed, nothing stays that this one has said meanwhile. */
  const keepOr = async (withdraw: () => Promise<void>, row: MoveRow): Promise<MoveRow> => {
    try {
      return await keepMove(directory, row);
    } catch (error) {
      if (error instanceof Fault && error.code === "conflict") await withdraw();
      throw error;
    }
  };

  /** Something may have been written since: the last pass begins again, and is kept as beginning before a new freeze is made. */
  const thawed = (row: MoveRow): Promise<MoveRow> => keepMove(directory, { ...row, phase: "freeze", place: null });

  /** Compares some pages while both sides are frozen; when all are alike, the tenant goes. */
  const verify = async (row: MoveRow, { source, target }: Ways): Promise<MoveRow> => {
    if (!(await renewAt(source, row, clock() + FREEZE))) return thawed(row);
    let next = row;
    for (let pages = 0; pages < PAGES && (pages === 0 || next.place !== null); pages++) {
      const { table, here, there, last } = await pagesAt(next, source, target);
      if (!sameJson(here.rows, there.rows)) return thawed(row);
      next = { ...next, place: placeBehind(table, last) };
    }
    if (next.place !== null) return keepMove(directory, next);
    try {
      await leave(source, row);
    } catch (error) {
      if (error instanceof Conflict) return thawed(row);
      throw error;
    }
    return arrived(row, target);
  };

  /** The tenant has gone: the directory says so, and it may be written where it is. */
  const arrived = async (row: MoveRow, target: Database): Promise<MoveRow> => {
    const next = await switchMove(directory, row);
    placement.learn(row.tenant, { name: row.target, generation: row.generation });
    await arrive(target, row);
    return next;
  };

  const carryOn = async (taken: MoveRow, milliseconds: number): Promise<MoveStanding> => {
    const until = clock() + milliseconds;
    const ways = { source: database(taken.source), target: database(taken.target) };
    let row: MoveRow | null = taken;
    if (row.phase !== "begin" && row.phase !== "empty") {
      if (await hasGone(ways.source, row)) row = await arrived(row, ways.target);
      else if (!(await takeAt(ways.target, row))) throw another();
    }
    do {
      const next: MoveRow | null = await step(row, ways);
      if (next === null) {
        await arrive(ways.target, row);
        await endMove(directory, row);
        return standingOf(row, null);
      }
      row = next;
    } while (clock() < until);
    return standingOf(row, row.phase);
  };

  return {
    async move(tenant, name, milliseconds) {
      if (!placement.names.includes(name))
        throw invalid([
          { field: "to", reason: `there is no database ${name}; there are ${placement.names.join(", ")}` },
        ]);
      const taken = await takeMove(directory, tenant, name);
      if (taken === null) return { source: name, target: name, phase: null, table: null, passes: 0 };
      return carryOn(taken, milliseconds);
    },
    async end(tenant, milliseconds) {
      const taken = await takeAnyMove(directory, tenant);
      return taken === null || (await carryOn(taken, milliseconds)).phase === null;
    },
  };
}

function standingOf({ source, target, place, passes }: MoveRow, phase: MoveStanding["phase"]): MoveStanding {
  return { source, target, phase, table: place?.table ?? null, passes };
}

async function syncPages(row: MoveRow, source: Database, target: Database): Promise<MoveRow> {
  let next = row;
  for (let pages = 0; pages < PAGES && (pages === 0 || next.place !== null); pages++)
    next = await syncPage(next, source, target);
  return next;
}

interface Pages {
  readonly table: TenantTable;
  readonly after: CopyKey;
  readonly here: Page;
  readonly there: Page;
  /** Key of the source's last row; null = the table ends. */
  readonly last: CopyKey | null;
}

/** What stands on both sides from where the row is. */
async function pagesAt({ tenant, place }: MoveRow, source: Database, target: Database): Promise<Pages> {
  const table = MOVED_TABLES.find(({ name }) => name === place?.table) ?? MOVED_TABLES[0];
  if (table === undefined) throw new TypeError("there are tables to copy");
  const after = place?.after ?? [];
  const here = await readPage(source, table, tenant, after);
  const there = await readPage(target, table, tenant, after);
  return { table, after, here, there, last: table.key.length === 0 ? null : here.last };
}

/** Makes one page of the target what it is at the source. Fault `conflict` where another call has taken over. */
async function syncPage(row: MoveRow, source: Database, target: Database): Promise<MoveRow> {
  const { tenant } = row;
  const { table, after, here, there, last } = await pagesAt(row, source, target);
  const isSame = sameJson(here.rows, there.rows);
  if (!isSame) {
    try {
      await target.batch([
        heldBy(row),
        clearStatement(table, tenant, after, last),
        ...writeStatements(table, tenant, here.rows),
      ]);
    } catch (error) {
      if (error instanceof Conflict) throw another();
      throw error;
    }
  }
  return { ...row, place: placeBehind(table, last), changed: row.changed + (isSame ? 0 : 1) };
}

function placeBehind(table: TenantTable, last: CopyKey | null): MoveRow["place"] {
  if (last !== null) return { table: table.name, after: last };
  const next = MOVED_TABLES[MOVED_TABLES.indexOf(table) + 1];
  return next === undefined ? null : { table: next.name, after: [] };
}

/** Drops some pages of what the tenant has left behind; false = nothing is left. */
async function emptyPages(row: MoveRow, source: Database): Promise<boolean> {
  let left = PAGES;
  for (const table of MOVED_TABLES) {
    for (; (await readPage(source, table, row.tenant, [])).rows.length > 0; left--) {
      if (left === 0) return true;
      try {
        await source.batch([leftBy(row), dropStatement(table, row.tenant)]);
      } catch (error) {
        if (error instanceof Conflict) throw another();
        throw error;
      }
    }
  }
  return false;
}
