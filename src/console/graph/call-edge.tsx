// A call, or a bundle of them: a line from the nearer side of the one to the nearer side of the other.
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo, type ReactNode } from "react";
import { endsOf, straight, through } from "./ends.ts";
import type { Area, Spot } from "./plan.ts";
import type { Outcome } from "./scene.ts";

export type CallEdge = Edge<
  {
    readonly from: Area;
    readonly to: Area;
    readonly outcome: Outcome;
    readonly isChosen: boolean;
    /** Beside what is chosen. */
    readonly isDim: boolean;
    readonly text: string;
    /** Points by which it passes others. */
    readonly way: readonly Spot[];
    /** Between groups. */
    readonly isStraight: boolean;
    /** Whether calls go the other way too: then the two are drawn apart. */
    readonly isPair: boolean;
  },
  "call"
>;

export const CallView = memo(function CallView({ id, data, markerEnd }: EdgeProps<CallEdge>): ReactNode {
  if (data === undefined) return null;
  const { from, to, outcome, isChosen, isDim, text, isPair, isStraight, way } = data;
  const [path, x, y] = isStraight ? straightPath(from, to, isPair) : curve(from, to, isPair, way);
  const look = `call call-${outcome}${isChosen ? " call-chosen" : ""}${isDim ? " call-dim" : ""}`;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={look}
        interactionWidth={14}
        {...(markerEnd !== undefined && { markerEnd })}
      />
      {text !== "" && (
        <EdgeLabelRenderer>
          <span className="call-text" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            {text}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

type Drawn = readonly [path: string, x: number, y: number];

function curve(from: Area, to: Area, isPair: boolean, way: readonly Spot[]): Drawn {
  const [start, end] = endsOf(from, to, isPair);
  if (way.length > 0) return [through([start, ...way, end]), start.x, start.y];
  const [path, x, y] = getBezierPath({
    ...{ sourceX: start.x, sourceY: start.y, sourcePosition: start.side },
    ...{ targetX: end.x, targetY: end.y, targetPosition: end.side },
  });
  return [path, x, y];
}

/** What is said of it stands nearer to where it comes from, so that the two ways do not cover each other. */
function straightPath(from: Area, to: Area, isPair: boolean): Drawn {
  const [start, end] = straight(from, to, isPair);
  const part = isPair ? 0.3 : 0.5;
  const path = `M${start.x} ${start.y}L${end.x} ${end.y}`;
  return [path, start.x + (end.x - start.x) * part, start.y + (end.y - start.y) * part];
}
