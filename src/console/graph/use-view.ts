// What of the board is in sight: all of a new scene; of one that changes by itself, what was in sight before.
import { getViewportForBounds, useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import type { BoardNode } from "./drawing.ts";
import type { Spot } from "./plan.ts";

export const ZOOM = { least: 0.06, most: 1.6, near: 1.1, far: 0.34 } as const;
const MARGIN = 0.06;
/** Pixels between what is brought into sight and the edge. */
const GAP = 24;

/** `scene` is the same for as long as it is the same that is looked at; `anchor` is the node that should not move. */
export function useView(
  nodes: readonly BoardNode[],
  scene: string,
  anchor: string | null,
): { readonly showAll: () => void; readonly moved: () => void } {
  const flow = useReactFlow();
  const store = useStoreApi();
  const known = useRef<{ readonly scene: string; readonly spots: ReadonlyMap<string, Spot> } | null>(null);
  const anchored = useRef(anchor);
  anchored.current = anchor;
  /** Whether the reader has chosen what is in sight. */
  const isMoved = useRef(false);
  const moved = useCallback((): void => {
    isMoved.current = true;
  }, []);
  const showAll = useCallback((): void => {
    isMoved.current = false;
    const bounds = flow.getNodesBounds(flow.getNodes());
    const { width, height } = store.getState();
    if (width === 0 || bounds.width === 0) return;
    // Names stay readable, and large enough to be hit: what does not fit is a step away, and the anchor is in the middle.
    const { x, y, zoom } = getViewportForBounds(bounds, width, height, ZOOM.far, ZOOM.near, MARGIN);
    const node = anchorIn(flow.getNodes(), anchored.current);
    const along = (start: number, size: number, room: number, fitting: number, middle: number | undefined): number => {
      if (size * zoom <= room) return fitting;
      const wanted = middle === undefined ? GAP - start * zoom : room / 2 - middle * zoom;
      return Math.max(Math.min(wanted, GAP - start * zoom), room - GAP - (start + size) * zoom);
    };
    const down = node?.position.y;
    const right = node === undefined ? undefined : node.position.x + (node.width ?? 0) / 2;
    void flow.setViewport({
      x: along(bounds.x, bounds.width, width, x, right),
      y: along(bounds.y, bounds.height, height, y, down),
      zoom,
    });
  }, [flow, store]);
  useEffect(() => {
    if (nodes.length === 0) return;
    const before = known.current;
    const spots = new Map(nodes.map(({ id, position }) => [id, position]));
    known.current = { scene, spots };
    if (before?.scene !== scene) {
      // The library has the nodes, and its own size, a frame later.
      requestAnimationFrame(showAll);
      return;
    }
    const { width, height } = store.getState();
    const { x, y, zoom } = flow.getViewport();
    const isKept = anchor !== null && before.spots.has(anchor) && spots.has(anchor);
    const middle = { x: (width / 2 - x) / zoom, y: (height / 2 - y) / zoom };
    const kept = isKept ? anchor : (nearest(before.spots, spots, middle) ?? "");
    const [from, to] = [before.spots.get(kept), spots.get(kept)];
    if (from === undefined || to === undefined || (from.x === to.x && from.y === to.y)) return;
    void flow.setViewport({ x: x + (from.x - to.x) * zoom, y: y + (from.y - to.y) * zoom, zoom });
  }, [nodes, scene, anchor, showAll, flow, store]);

  // The board became narrower or wider: what was chosen stays in sight.
  const width = useStore((state) => state.width);
  const size = useRef({ width, anchor });
  size.current.anchor = anchor;
  useEffect(() => {
    const before = size.current.width;
    size.current.width = width;
    if (before === 0 || before === width || width === 0) return;
    if (!isMoved.current) return showAll();
    const node = anchorIn(flow.getNodes(), size.current.anchor);
    if (node === undefined) return;
    const { x, y, zoom } = flow.getViewport();
    const right = (node.position.x + (node.width ?? 0)) * zoom + x;
    if (right > width) void flow.setViewport({ x: x - (right - width) - GAP, y, zoom });
  }, [width, showAll, flow]);
  return { showAll, moved };
}

const anchorIn = <N extends { readonly id: string }>(nodes: readonly N[], id: string | null): N | undefined =>
  nodes.find((one) => one.id === id);

/** Of the nodes that are there still the one that is nearest to the point. */
function nearest(before: ReadonlyMap<string, Spot>, now: ReadonlyMap<string, Spot>, middle: Spot): string | null {
  const away = (spot: Spot): number => (spot.x - middle.x) ** 2 + (spot.y - middle.y) ** 2;
  const both = [...before].filter(([id]) => now.has(id));
  return both.sort(([, a], [, b]) => away(a) - away(b))[0]?.[0] ?? null;
}
