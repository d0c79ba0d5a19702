// The link of an invitation that was just made: mailed, and to be handed over in any other way too.
import type { ReactNode } from "react";
import type { MadeInvitationBody } from "#api/member.ts";
import { Moment } from "#console/part/moment.tsx";
import { ShownOnce } from "#console/part/shown-once.tsx";
import { useSay } from "#console/text/say.ts";

interface InvitationLinkProps {
  readonly made: MadeInvitationBody;
  readonly onClose: () => void;
}

export function InvitationLink({ made: { email, link, mailed, expiresAt }, onClose }: InvitationLinkProps): ReactNode {
  const say = useSay();
  return (
    <ShownOnce
      title={say("invitation.made", { email })}
      about={say(mailed ? "invitation.mailed" : "invitation.unmailed", { email })}
      label={say("invitation.link")}
      text={link}
      onClose={onClose}
    >
      <p className="soft">
        {say("invitation.ends")} <Moment at={expiresAt} />
      </p>
    </ShownOnce>
  );
}
