// What lines and signs on the board mean, and the keys that it heeds.
import { Box, CircleAlert, CircleCheck, CircleX, DoorOpen, Globe, LockOpen } from "lucide-react";
import type { ReactNode } from "react";
import { type TextKey, useSay } from "#console/text/say.ts";

const LINES = ["allowed", "denied", "open", "mixed"] as const;
const SIGNS = [
  [Box, "topology.kind.service"],
  [DoorOpen, "topology.kind.gateway"],
  [Globe, "topology.kind.outside"],
  [CircleCheck, "topology.sign.healthy"],
  [CircleAlert, "topology.sign.some"],
  [CircleX, "topology.sign.down"],
  [LockOpen, "topology.sign.open"],
] as const satisfies readonly (readonly [unknown, TextKey])[];

export function Legend(): ReactNode {
  const say = useSay();
  return (
    <details className="board-legend">
      <summary>{say("topology.legend")}</summary>
      <ul>
        {LINES.map((outcome) => (
          <li key={outcome}>
            <svg width="34" height="10" aria-hidden="true">
              <path d="M1 5H33" className={`call call-${outcome}`} />
            </svg>
            {outcome === "mixed" ? say("topology.line.mixed") : say(`access.${outcome}`)}
          </li>
        ))}
        {SIGNS.map(([Icon, text]) => (
          <li key={text}>
            <Icon aria-hidden size={15} />
            {say(text)}
          </li>
        ))}
      </ul>
      <p className="soft">{say("topology.keys")}</p>
    </details>
  );
}
