// Where a line leaves the one and reaches the other: by the sides that look at each other. Pure.
import { Position } from "@xyflow/react";
import type { Area, Spot } from "./plan.ts";

interface End {
  readonly x: number;
  readonly y: number;
  readonly side: Position;
}

/** Half of how far two lines of opposite ways are apart. */
const APART = 7;
/** What a straight line keeps from what it leads to. */
const MARGIN = 4;

/** Where a line leaves the one and reaches the other. */
export function endsOf(from: Area, to: Area, isPair: boolean): readonly [from: End, to: End] {
  const shift = isPair ? (from.x < to.x || (from.x === to.x && from.y < to.y) ? -APART : APART) : 0;
  const middle = ({ y, height }: Area): number => y + height / 2 + shift;
  const centre = ({ x, width }: Area): number => x + width / 2 + shift;
  const right = (area: Area): End => ({ x: area.x + area.width, y: middle(area), side: Position.Right });
  const left = (area: Area): End => ({ x: area.x, y: middle(area), side: Position.Left });
  const bottom = (area: Area): End => ({ x: centre(area), y: area.y + area.height, side: Position.Bottom });
  const top = (area: Area): End => ({ x: centre(area), y: area.y, side: Position.Top });
  if (to.x >= from.x + from.width) return [right(from), left(to)];
  if (to.x + to.width <= from.x) return [left(from), right(to)];
  return to.y >= from.y ? [bottom(from), top(to)] : [top(from), bottom(to)];
}

/** The straight way from middle to middle, as far as it is seen between the two. */
export function straight(from: Area, to: Area, isPair: boolean): readonly [from: Spot, to: Spot] {
  const [a, b] = [from, to].map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 })) as [Spot, Spot];
  const long = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const apart = isPair ? APART : 0;
  const shift = { x: (-(b.y - a.y) / long) * apart, y: ((b.x - a.x) / long) * apart };
  const border = (area: Area, start: Spot, end: Spot): Spot => {
    const [dx, dy] = [end.x - start.x, end.y - start.y];
    const part = Math.min(
      dx === 0 ? 1 : (area.width / 2 + MARGIN) / Math.abs(dx),
      dy === 0 ? 1 : (area.height / 2 + MARGIN) / Math.abs(dy),
      0.95,
    );
    return { x: start.x + dx * part + shift.x, y: start.y + dy * part + shift.y };
  };
  return [border(from, a, b), border(to, b, a)];
}

/** A curve through points from left to right, level where it passes them. */
export function through(points: readonly Spot[]): string {
  return points
    .map(({ x, y }, at) => {
      const before = points[at - 1];
      if (before === undefined) return `M${x} ${y}`;
      const half = (before.x + x) / 2;
      return `C${half} ${before.y} ${half} ${y} ${x} ${y}`;
    })
    .join("");
}
