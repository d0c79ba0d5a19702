// The window in which a zone is added.
import type { ReactNode } from "react";
import { Window } from "#console/part/window.tsx";
import { Enrolled, useEnrol, ZoneForm } from "#console/part/zone-form.tsx";
import { useSay } from "#console/text/say.ts";

export function AddZone({
  org,
  isOpen,
  onClose,
}: {
  readonly org: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const say = useSay();
  const enrol = useEnrol(org);
  const close = (): void => {
    enrol.reset();
    onClose();
  };
  return (
    <Window title={say("zone.add")} isOpen={isOpen} onClose={close}>
      {enrol.data === undefined ? (
        <div className="stack">
          <p className="soft">{say("zone.what")}</p>
          <ZoneForm enrol={enrol} isAlone />
        </div>
      ) : (
        <Enrolled org={org} enrolment={enrol.data}>
          {(isHere) => (
            <>
              <p className="soft">{say("zone.undo", { zone: enrol.data.zone })}</p>
              <div className="actions">
                <button type="button" className="button" data-kind={isHere ? "first" : undefined} onClick={close}>
                  {say(isHere ? "window.done" : "window.close")}
                </button>
              </div>
            </>
          )}
        </Enrolled>
      )}
    </Window>
  );
}
