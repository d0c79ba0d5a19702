// What changes something: offered to who may do it, and to others the reason why it is not.
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { PLAIN, useGrant } from "#console/data/grant.ts";
import { roleText } from "#console/data/role.ts";
import { useSay } from "#console/text/say.ts";
import type { ScopedKind, Verb } from "#trust/scope.ts";

interface ChangingProps {
  readonly org: string;
  /** The mesh that is changed; null = what is of none; left out = the one or the other. */
  readonly mesh?: string | null;
  /** `write` unless given. */
  readonly verb?: Verb;
  readonly kind?: ScopedKind;
  readonly children: ReactNode;
}

export function Changing({ org, mesh, verb = "write", kind = PLAIN, children }: ChangingProps): ReactNode {
  const say = useSay();
  const grant = useGrant(org);
  if (grant.mayIn(verb, kind, mesh)) return children;
  return (
    <span className="soft status">
      <Lock aria-hidden size={14} />
      {grant.role === null ? say("changing.not.token") : say("changing.not", { role: roleText(grant.role, say) })}
    </span>
  );
}
