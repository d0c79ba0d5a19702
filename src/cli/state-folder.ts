// The folder where what runs keeps its state.
import { checkFolder } from "./folder.ts";

/** Throws the Failure of a folder that can be neither made nor written to, before anything is started. */
export function checkState(folder: string): void {
  checkFolder(folder, "the state folder cannot be used", "name another with --state, one that this user may write to");
}
