// A user of this machine: who Envoy runs as, so that its traffic can be told from that of applications.
import { spawnSync } from "node:child_process";
import { Failure } from "#cli/failure.ts";

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Looked for where nobody is named: Kuma's own user, so that machines prepared for it need no other. */
const DEFAULTS = ["kuma-dp", "5678"];

/** The user of a name or number, or the default one. A number needs no account. Throws Failure. */
export function systemUser(named: string | undefined): SystemUser {
  for (const name of named === undefined ? DEFAULTS : [named]) {
    const found = known(name);
    if (found !== undefined) return found;
  }
  if (named !== undefined && /^\d{1,10}$/.test(named) && Number(named) < 4_294_967_295)
    return { name: named, uid: Number(named), gid: Number(named) };
  throw new Failure("absent", {
    what: named === undefined ? "it is not said which user Envoy runs as" : `there is no user ${named} on this machine`,
    where: "--proxy-user",
    ...(named === undefined && { why: `neither ${DEFAULTS[0]} nor a user with the id ${DEFAULTS[1]} is here` }),
    fix: [
      "useradd --system --no-create-home --shell /usr/sbin/nologin kuma-dp",
      "--proxy-user NAME takes another one: nothing but Envoy should run as it",
    ],
  });
}

/** By the system's own tool, which asks LDAP and others too. */
function known(name: string): SystemUser | undefined {
  const [uid, gid, own] = ["-u", "-g", "-un"].map((what) => {
    const done = spawnSync("id", [what, "--", name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return done.status === 0 ? done.stdout.trim() : "";
  });
  return /^\d+$/.test(uid ?? "") && /^\d+$/.test(gid ?? "")
    ? { name: own ?? name, uid: Number(uid), gid: Number(gid) }
    : undefined;
}
