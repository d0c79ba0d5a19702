// Sealing all secrets again, under the key-encryption key that is current: the operator's, in calls of bounded time.
import type { Resealed, ResealStep } from "#api/reseal.ts";
import type { ControlDeps } from "#control/deps.ts";
import { invalid } from "#model/fault.ts";
import type { CopyPlace } from "#store/face/copy.ts";
import type { Organisation } from "#store/face/organisation.ts";
import type { SealedChange } from "#store/face/sealed.ts";
import type { SealedPeoplePlace } from "#store/face/sealed-people.ts";
import { Frozen } from "#store/placement/frozen.ts";
import { isSealedPeopleTable } from "#store/sealed-people.ts";
import { keyIdOf, reseal } from "#trust/seal.ts";
import { SEALED, sealedTextsIn } from "./sealed-text.ts";
import { sealContexts } from "./vault.ts";

export interface Reseals {
  /** Ids of keys under which something may lie, and which are not configured. */
  missing(): Promise<MissingKeys>;
  /** Goes on from a place for a while. Writes that go on beside it are never undone: a text is replaced where it still stands. */
  step(step: ResealStep): Promise<Resealed>;
}

export interface MissingKeys {
  readonly keyEncryption: readonly string[];
  readonly account: readonly string[];
}

/** What lies under the account key: in the directory, and in the hands of who knows people. */
export interface PeopleReseal {
  readonly keys: { readonly current: { readonly id: string }; readonly older: readonly { readonly id: string }[] };
  /** A page of it; sealed again unless it is only counted. */
  reseal(
    from: SealedPeoplePlace,
    check: boolean,
  ): Promise<{
    readonly found: readonly {
      readonly kind: string;
      readonly key: string;
      readonly state: Why | Well;
      readonly id: string;
    }[];
    readonly next: SealedPeoplePlace | null;
  }>;
}

type Deps = Pick<ControlDeps, "store" | "keyEncryptionKey" | "clock" | "chance" | "log"> & {
  /** Null = nobody signs in here. */
  readonly people: PeopleReseal | null;
};
type Place = NonNullable<Resealed["next"]>;

/** How long one call goes on; milliseconds. */
const TIME = 2000;
/** Organisations that are read together. */
const SOME = 50;

/** Writers go on beside it: what one writes that knows an older text is sealed anew (Vault.renew). */
export function openReseals({ store, keyEncryptionKey: ring, clock, chance, log, people }: Deps): Reseals {
  const { directory } = store;

  /** A page of an organisation; where it goes on. */
  async function page(
    { id, name }: Organisation,
    from: Place,
    check: boolean,
    tally: Tally,
  ): Promise<CopyPlace | null> {
    const within = store.within(id);
    const { table, rows, next } = await within.sealedPage(from.table === "" ? null : from);
    const of = sealContexts(id);
    const { kind, shown } = SEALED[table];
    const changes: SealedChange[] = [];
    for (const row of rows) {
      const left = (text: string, why: Why): void =>
        tally.left(kind, keyIdOf(text) ?? "none", why, `${shown(row)} of ${name}`);
      for (const { text, context } of sealedTextsIn(table, row, of)) {
        const key = keyIdOf(text);
        if (key === ring.current.id) tally.under(kind);
        else if (key === null || !known(key)) left(text, key === null ? "damaged" : "missing");
        else if (check) left(text, "older");
        else {
          try {
            changes.push({ row, before: text, after: (await reseal(ring, context, text, chance)) ?? text });
          } catch (cause) {
            log("error", "a sealed text does not open", { tenant: id, kind, key, cause });
            left(text, "damaged");
          }
        }
      }
    }
    if (changes.length > 0) await directory.noteSealingKey(ring.current.id);
    const done = new Set(changes.length === 0 ? [] : await within.replaceSealed(table, changes));
    for (const change of changes)
      if (done.has(change)) tally.resealed(kind);
      // Somebody has written there meanwhile: the next pass sees what.
      else tally.left(kind, keyIdOf(change.before) ?? "none", "older", `${shown(change.row)} of ${name}`);
    return next;
  }

  /** A page of what lies under the account key; where it goes on. */
  async function peoplePage(from: Place, check: boolean, tally: Tally): Promise<Place | null> {
    if (people === null) return null;
    const { table, after } = from;
    if (!isSealedPeopleTable(table))
      throw invalid([{ field: "from", reason: `nothing of the directory's table ${table} lies sealed` }]);
    const { found, next } = await people.reseal({ table, after: String(after[0] ?? "") }, check);
    for (const { kind, key, state, id } of found)
      if (state === "current") tally.under(kind, true);
      else if (state === "resealed") tally.resealed(kind, true);
      else tally.left(kind, key, state, `row ${id}`, true);
    return next && { organisation: "", table: next.table, after: [next.after] };
  }

  const known = (key: string): boolean => [ring.current, ...ring.older].some(({ id }) => id === key);

  return {
    async missing() {
      const used = await directory.sealingKeys();
      const lacking = used.filter((id) => !known(id));
      const lost = people === null ? [] : (await directory.accountKeys()).filter((id) => !knownOf(people, id));
      // A key that stands where another was lost is not one to be asked for later.
      if (lacking.length === 0 && !used.includes(ring.current.id)) await directory.noteSealingKey(ring.current.id);
      return { keyEncryption: lacking, account: lost };
    },
    async step({ step, from }) {
      const tally = openTally();
      const accountKey = people?.keys.current.id ?? null;
      const answer = { key: ring.current.id, accountKey, older: ring.older.map(({ id }) => id), waits: false };
      if (step === "end") {
        await directory.keepSealingKey(ring.current.id);
        if (accountKey !== null) await directory.keepAccountKey(accountKey);
        log("info", "everything is sealed under one key", { key: ring.current.id });
        return { ...answer, organisation: null, kinds: [], next: null };
      }
      const end = clock() + TIME;
      let place: Place | null = from ?? beginningAt("");
      let at: Organisation | null = null;
      let some: readonly Organisation[] = [];
      for (let looked = 0; place !== null && (looked === 0 || clock() < end); looked++) {
        const { organisation }: Place = place;
        if (isOfPeople(place)) {
          place = await peoplePage(place, step === "check", tally);
          continue;
        }
        some = some[0]?.id === organisation ? some : await directory.organisationsFrom(organisation, SOME);
        const [first, second] = some;
        if (first === undefined) {
          place = PEOPLE;
          continue;
        }
        at = first;
        // The one that the place is of may have gone: the next one begins at its beginning.
        const here: Place = first.id === organisation ? place : beginningAt(first.id);
        try {
          const next = await page(first, here, step === "check", tally);
          if (next !== null) place = { organisation: first.id, table: next.table, after: [...next.after] };
          else {
            // Of the last that was read it is not known whether another follows: `!` is before all that ids are made of.
            place = beginningAt(second?.id ?? `${first.id}!`);
            some = some.slice(1);
          }
        } catch (error) {
          if (!(error instanceof Frozen)) throw error;
          return { ...answer, waits: true, organisation: first.name, kinds: tally.kinds(), next: here };
        }
      }
      return { ...answer, organisation: at?.name ?? null, kinds: tally.kinds(), next: place };
    },
  };
}

function beginningAt(organisation: string): Place {
  return { organisation, table: "", after: [] };
}

/** People come last: no organisation, and a table of the directory. */
const PEOPLE: Place = { organisation: "", table: "two_factor", after: [] };

function isOfPeople({ organisation, table }: Place): boolean {
  return organisation === "" && table !== "";
}

function knownOf({ keys: { current, older } }: PeopleReseal, key: string): boolean {
  return [current, ...older].some(({ id }) => id === key);
}

type Why = "older" | "missing" | "damaged";
type Well = "current" | "resealed";

/** `account` = it lies under the account key. */
interface Tally {
  under(kind: string, account?: boolean): void;
  resealed(kind: string, account?: boolean): void;
  left(kind: string, key: string, why: Why, first: string, account?: boolean): void;
  kinds(): Resealed["kinds"];
}

function openTally(): Tally {
  type Kind = Resealed["kinds"][number];
  type Left = { -readonly [M in keyof Kind["left"][number]]: Kind["left"][number][M] };
  const kinds = new Map<string, { account: boolean; current: number; resealed: number; left: Map<string, Left> }>();
  const of = (kind: string, account = false) => {
    const found = kinds.get(kind) ?? { account, current: 0, resealed: 0, left: new Map() };
    kinds.set(kind, found);
    return found;
  };
  return {
    under: (kind, account) => void of(kind, account).current++,
    resealed: (kind, account) => void of(kind, account).resealed++,
    left(kind, key, why, first, account) {
      const { left } = of(kind, account);
      const found = left.get(`${key} ${why}`);
      if (found === undefined) left.set(`${key} ${why}`, { key, why, count: 1, first });
      else found.count++;
    },
    kinds: () => [...kinds].map(([kind, { left, ...counts }]) => ({ kind, ...counts, left: [...left.values()] })),
  };
}
