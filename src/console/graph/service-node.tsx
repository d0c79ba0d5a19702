// A service on the board: its name, how healthy it is, and whether whoever has no certificate gets in.
import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { Box, CircleAlert, CircleCheck, CircleX, DoorOpen, Globe, LockOpen } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useSay } from "#console/text/say.ts";
import { type GraphNode, isFaulty } from "./scene.ts";
import { groupText, healthText, nodeText } from "./words.ts";

export type ServiceNode = Node<
  {
    readonly service: GraphNode;
    readonly isChosen: boolean;
    readonly isFocus: boolean;
    readonly isHere: boolean;
    /** Beside what is looked for. */
    readonly isDim: boolean;
    readonly showsGroup: boolean;
  },
  "service"
>;

const ICONS = { service: Box, gateway: DoorOpen, outside: Globe } as const;
export const serviceId = (name: string): string => `service:${name}`;

export const ServiceView = memo(function ServiceView({ data }: NodeProps<ServiceNode>): ReactNode {
  const say = useSay();
  const { service, isChosen, isFocus, isHere, isDim, showsGroup } = data;
  const { kind, name, proxies, group, strangers, callers, calls } = service;
  const Icon = ICONS[kind];
  const tone = kind === "outside" ? "none" : !isFaulty(service) ? "good" : proxies.online === 0 ? "bad" : "doubt";
  const Shape = tone === "good" ? CircleCheck : tone === "bad" ? CircleX : CircleAlert;
  const isOpen = strangers === "open" || strangers === "allowed";
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <button
        type="button"
        id={serviceId(name)}
        className="node"
        data-kind={kind}
        data-tone={tone}
        data-chosen={isChosen || undefined}
        data-focus={isFocus || undefined}
        data-dim={isDim || undefined}
        tabIndex={isHere ? 0 : -1}
        aria-pressed={isChosen}
        title={name}
      >
        <Icon aria-hidden size={17} className="node-icon" />
        <span className="node-name">{name}</span>
        {tone !== "none" && <Shape aria-hidden size={15} className="node-tone" />}
        <span className="node-about">
          {showsGroup ? `${groupText(group, say)} · ` : ""}
          {healthText(service, say)}
          {!showsGroup && callers + calls > 0 && ` · ←${callers} →${calls}`}
        </span>
        <span className="heard">{nodeText(service, say)}</span>
        {isOpen && <LockOpen aria-hidden size={13} className="node-open" />}
      </button>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
});
