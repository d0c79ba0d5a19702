// Sign-ins that were refused, or are half done, kept for the person whose they would have been: an address that is nobody's keeps none.
import type { Chance } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import type { SignInRefusal, SignInWay } from "#model/sign-in.ts";
import type { AccountStore } from "#store/face/account.ts";
import { toBase32 } from "#trust/bytes.ts";
import type { Visitor } from "./accounts.ts";
import type { LibraryOptions } from "./library.ts";

type Meant = { readonly id: string } | { readonly email: string };

export interface RefusedSignIns {
  /** Keeps one with its way (one of SIGN_IN_WAYS, or the id of a provider) and its reason. Never throws: what is refused stays refused. */
  note(visitor: Visitor, of: Meant, way: string, refused: SignInRefusal): Promise<void>;
  /** The same of what was thrown: what fails on our side is nobody's refused sign-in. */
  noteThrown(visitor: Visitor, of: Meant, way: SignInWay, thrown: unknown): Promise<void>;
}

interface RefusedSignInsOptions {
  readonly store: AccountStore;
  readonly clock: () => number;
  readonly chance: Chance;
  readonly log: LibraryOptions["log"];
}

export function openRefusedSignIns({ store, clock, chance, log }: RefusedSignInsOptions): RefusedSignIns {
  async function note({ address, agent }: Visitor, of: Meant, way: string, refused: SignInRefusal): Promise<void> {
    const row = { id: toBase32(chance(10)), at: new Date(clock()).toISOString(), way, refused, agent, address };
    // Why it failed may have the address in it.
    await store.noteSignIn(of, row).catch(() => log("warn", "a refused sign-in was not written down", {}));
  }
  return {
    note,
    async noteThrown(visitor, of, way, thrown) {
      if (!(thrown instanceof Fault)) return;
      if (thrown.code === "too-many") await note(visitor, of, way, "too-many");
      if (thrown.code === "unauthenticated") await note(visitor, of, way, way === "password" ? "password" : "code");
    },
  };
}
