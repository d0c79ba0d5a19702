// Giving up root: the supervisor and its Envoy run as the proxy's user, whose traffic is not redirected.
import { accessSync, chownSync, constants } from "node:fs";
import { Failure, reasonOf } from "#cli/failure.ts";
import type { SystemUser } from "#cli/redirect/user.ts";

/** What the user must be able to use afterwards. */
export interface Belongings {
  /** Given to the user. */
  readonly folders: readonly string[];
  /** Only run. */
  readonly program: string;
}

/** Makes this process that user's for good. Throws Failure where only root could, or what the user needs is closed to it. */
export function becomeUser(user: SystemUser, { folders, program }: Belongings): void {
  const own = process.getuid?.();
  if (own !== user.uid && own !== 0)
    throw new Failure("forbidden", {
      what: `only root may run Envoy as user ${user.name}`,
      where: `user ${own ?? "?"}`,
      fix: ["sudo weft proxy run …", `sudo -u ${user.name} weft proxy run … without --proxy-user`],
    });
  if (own === 0 && user.uid !== 0) {
    for (const folder of new Set(folders)) chownSync(folder, user.uid, user.gid);
    // Groups first: afterwards it may not any more.
    process.setgroups?.([user.gid]);
    process.setgid?.(user.gid);
    process.setuid?.(user.uid);
  }
  mustReach(
    user,
    program,
    constants.X_OK,
    "put Envoy where everybody may run it, as in /usr/local/bin, and name it by WEFT_ENVOY",
  );
  for (const folder of folders)
    mustReach(
      user,
      folder,
      constants.W_OK,
      "name another with --work-dir, as in /run/weft, below folders that everybody may enter",
    );
}

function mustReach({ name }: SystemUser, path: string, mode: number, fix: string): void {
  try {
    accessSync(path, mode);
  } catch (error) {
    throw new Failure("forbidden", {
      what: `user ${name} may not use ${path}`,
      where: path,
      why: `${reasonOf(error)}, for it or for a folder above it`,
      fix,
    });
  }
}
