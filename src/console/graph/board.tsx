// The board: the graph as it is drawn, gone through with the arrow keys from a service to those it has to do with.
import "@xyflow/react/dist/base.css";
import "#console/style/graph.css";
import { MiniMap, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { useSay } from "#console/text/say.ts";
import { CallView } from "./call-edge.tsx";
import { type BoardNode, idOf, linesOf, nodesOf } from "./drawing.ts";
import { BoxView, ClosedView, groupId } from "./group-node.tsx";
import { Legend } from "./legend.tsx";
import { GROUP, planOf, SERVICE, type Spot } from "./plan.ts";
import type { Outcome, Scene } from "./scene.ts";
import { ServiceView, serviceId } from "./service-node.tsx";
import { ARROWS, type Arrow, stepFrom } from "./step.ts";
import { usePlaces } from "./use-places.ts";
import { useView, ZOOM } from "./use-view.ts";

const NODES = { service: ServiceView, closed: ClosedView, box: BoxView } as const;
const EDGES = { call: CallView } as const;
/** From how many nodes on only those in sight are drawn, and a map of all is shown. */
const MANY = 120;
const MAP = 14;
const MAP_SIZE = { width: 156, height: 104 } as const;
/** Below it names are all that can be read. */
const FAR = 0.5;

export interface BoardProps {
  readonly scene: Scene;
  /** The same for as long as it is the same that is looked at. */
  readonly sight: string;
  readonly focus: string | null;
  readonly at: string | null;
  readonly to: string | null;
  readonly sought: ReadonlySet<string> | null;
  readonly soughtIn: ReadonlySet<string> | null;
  /** Calls within groups that are shown as one. */
  readonly within: ReadonlyMap<string, Readonly<Partial<Record<Outcome, number>>>>;
  readonly onChoose: (at: string | null, to: string | null) => void;
  readonly onOpen: (group: string | null) => void;
  readonly onFocus: (name: string) => void;
}

export function Board(props: BoardProps): ReactNode {
  return (
    <ReactFlowProvider>
      <Drawing {...props} />
    </ReactFlowProvider>
  );
}

function Drawing(props: BoardProps): ReactNode {
  const { scene, sight, focus, at, to, sought, soughtIn, within, onChoose, onOpen, onFocus } = props;
  const say = useSay();
  const flow = useReactFlow();
  const plan = useMemo(() => planOf(scene, focus), [scene, focus]);
  const key = useMemo(() => JSON.stringify(plan), [plan]);
  const placed = usePlaces(plan, key);
  // Until its places are known, what was drawn before stays.
  const isPlaced = placed?.key === key;
  const last = useRef({ scene, sight });
  if (isPlaced) last.current = { scene, sight };
  const shown = last.current;
  const [walked, setWalked] = useState<string | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const first =
    scene.services[0] === undefined
      ? scene.closed[0] && idOf.group(scene.closed[0].group)
      : idOf.service(scene.services[0].name);
  const isThere = (id: string | null): id is string =>
    id !== null &&
    (scene.services.some(({ name }) => idOf.service(name) === id) ||
      scene.closed.some(({ group }) => idOf.group(group) === id));
  const chosen = at === null ? null : idOf.service(at);
  const middle = focus === null ? null : idOf.service(focus);
  const here = [walked, chosen, middle].find(isThere) ?? first ?? null;
  const world = useMemo(() => {
    const look = { at, to, focus, here, lit: pointed ?? walked, sought, soughtIn };
    return placed && { scene: shown.scene, places: placed.places, look, within };
  }, [placed, shown.scene, pointed, walked, within, at, to, focus, here, sought, soughtIn]);
  const nodes = useMemo(() => (world === null ? [] : nodesOf(world)), [world]);
  const lines = useMemo(() => (world === null ? [] : linesOf(world, say)), [world, say]);
  const { showAll, moved } = useView(nodes, placed === null ? "" : shown.sight, chosen ?? middle);
  const isFar = useStore(({ transform: [, , zoom] }) => zoom < FAR);

  const goTo = (id: string): void => {
    setWalked(id);
    const node = nodes.find((one) => one.id === id);
    if (node === undefined) return;
    const size = node.type === "closed" ? GROUP : SERVICE;
    bringIntoSight(node, size);
    const element = id.startsWith("g:") ? groupId(id.slice(2)) : serviceId(id.slice(2));
    requestAnimationFrame(() => document.getElementById(element)?.focus({ preventScroll: true }));
  };
  function bringIntoSight(
    { position: { x, y } }: BoardNode,
    { width, height }: { readonly width: number; readonly height: number },
  ): void {
    const { x: left, y: top, zoom } = flow.getViewport();
    const pane = document.querySelector(".board")?.getBoundingClientRect();
    if (pane === undefined) return;
    const [from, until] = [
      { x: x * zoom + left, y: y * zoom + top },
      { x: (x + width) * zoom + left, y: (y + height) * zoom + top },
    ];
    const isSeen = from.x >= 0 && from.y >= 0 && until.x <= pane.width && until.y <= pane.height;
    if (!isSeen || zoom < FAR) void flow.setCenter(x + width / 2, y + height / 2, { zoom: Math.max(zoom, 0.8) });
  }
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || here === null) return;
    const isService = here.startsWith("s:");
    if (event.key in ARROWS) {
      const spots = new Map<string, Spot>(
        nodes.filter(({ type }) => type !== "box").map(({ id, position }) => [id, position]),
      );
      const tied = new Set(
        lines.flatMap(({ source, target }) => (source === here ? [target] : target === here ? [source] : [])),
      );
      const next = stepFrom(here, event.key as Arrow, spots, tied);
      if (next !== null) goTo(next);
    } else if (event.key === "Escape" && at !== null) onChoose(null, null);
    else if (event.key === "f" && isService) onFocus(here.slice(2));
    else if (event.key === "0") showAll();
    else if (event.key === "+" || event.key === "=") void flow.zoomIn();
    else if (event.key === "-") void flow.zoomOut();
    else return;
    event.preventDefault();
  };
  const tooMany = nodes.length > MANY;
  return (
    <section className="board panel" aria-label={say("topology.board")} data-far={isFar || undefined} onKeyDown={press}>
      <ReactFlow
        nodes={nodes}
        edges={lines}
        nodeTypes={NODES}
        edgeTypes={EDGES}
        minZoom={ZOOM.least}
        maxZoom={ZOOM.most}
        onlyRenderVisibleElements={tooMany}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        panActivationKeyCode={null}
        onNodeClick={(_, node) => {
          if (node.type === "box") return;
          setWalked(node.id);
          if (node.type === "closed") onOpen(node.data.group.group);
          else onChoose(node.data.service.name === at && to === null ? null : node.data.service.name, null);
        }}
        onNodeDoubleClick={(_, node) => node.type === "service" && onFocus(node.data.service.name)}
        onNodeMouseEnter={(_, { id, type }) => type === "closed" && setPointed(id)}
        onNodeMouseLeave={() => setPointed(null)}
        onEdgeClick={(_, { source, target }) => {
          if (source.startsWith("s:")) onChoose(source.slice(2), target.slice(2));
        }}
        onMove={(event) => event !== null && moved()}
        onPaneClick={() => at !== null && onChoose(null, null)}
      >
        {nodes.length > MAP && (
          <MiniMap
            className="board-map"
            style={MAP_SIZE}
            ariaLabel={say("topology.map")}
            pannable
            zoomable
            nodeClassName={(node) => `map-${(node as BoardNode).type ?? ""}`}
          />
        )}
      </ReactFlow>
      <div className="board-keys">
        <button
          type="button"
          className="icon-button"
          aria-label={say("topology.zoom.in")}
          onClick={() => void flow.zoomIn()}
        >
          <Plus aria-hidden size={17} />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={say("topology.zoom.out")}
          onClick={() => void flow.zoomOut()}
        >
          <Minus aria-hidden size={17} />
        </button>
        <button type="button" className="icon-button" aria-label={say("topology.zoom.fit")} onClick={showAll}>
          <Maximize aria-hidden size={16} />
        </button>
      </div>
      <Legend />
    </section>
  );
}
