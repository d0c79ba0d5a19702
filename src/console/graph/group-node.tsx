// A group on the board: as one, with how much is in it, or open, as the box around its services.
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { ChevronsUpDown } from "lucide-react";
import { memo, type ReactNode } from "react";
import { Status } from "#console/part/status.tsx";
import { useSay } from "#console/text/say.ts";
import { GroupIcon } from "./group-icon.tsx";
import type { GroupNode, Outcome } from "./scene.ts";
import { callsText, groupText } from "./words.ts";

export type ClosedNode = Node<
  {
    readonly group: GroupNode;
    /** Calls among its own services. */
    readonly within: Readonly<Partial<Record<Outcome, number>>>;
    readonly isHere: boolean;
    /** Nothing that is looked for is in it. */
    readonly isDim: boolean;
  },
  "closed"
>;
export type BoxNode = Node<{ readonly group: string; readonly count: number }, "box">;

export const groupId = (group: string): string => `group:${group}`;

export const ClosedView = memo(function ClosedView({ data }: NodeProps<ClosedNode>): ReactNode {
  const say = useSay();
  const { group, within, isHere, isDim } = data;
  const name = groupText(group.group, say);
  const tone = group.group === "outside" ? "none" : group.faulty === 0 ? "good" : "doubt";
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <button
        type="button"
        id={groupId(group.group)}
        className="node closed"
        data-tone={tone}
        data-dim={isDim || undefined}
        tabIndex={isHere ? 0 : -1}
      >
        <GroupIcon group={group.group} />
        <strong className="node-name">{name}</strong>
        <ChevronsUpDown aria-hidden size={15} className="node-tone" />
        <span className="closed-about">
          {say("topology.group.count", { services: group.services, gateways: group.gateways })}
        </span>
        {tone !== "none" && (
          <Status tone={tone}>
            {group.faulty === 0 ? say("topology.group.healthy") : say("topology.group.faulty", { count: group.faulty })}
          </Status>
        )}
        {Object.keys(within).length > 0 && (
          <span className="closed-about">{say("topology.group.within", { calls: callsText(within, say) })}</span>
        )}
      </button>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
});

export const BoxView = memo(function BoxView({ data: { group, count } }: NodeProps<BoxNode>): ReactNode {
  const say = useSay();
  const name = groupText(group, say);
  return (
    <div className="box">
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <div className="box-head">
        <GroupIcon group={group} />
        <strong>{name}</strong>
        <span className="soft">{say("topology.group.count", { services: count, gateways: 0 })}</span>
      </div>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
});
