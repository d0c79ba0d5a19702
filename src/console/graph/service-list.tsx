// The graph as a list: the same services with the same signs, each leading to whom it has to do with.
import { type ReactNode, useMemo } from "react";
import { List, type ListColumn } from "#console/part/list.tsx";
import { Status } from "#console/part/status.tsx";
import { useSay } from "#console/text/say.ts";
import { type GraphNode, isFaulty } from "./scene.ts";
import { groupText, healthText } from "./words.ts";

interface ServiceListProps {
  readonly services: readonly GraphNode[];
  readonly at: string | null;
  readonly onChoose: (at: string) => void;
  readonly empty: ReactNode;
}

export function ServiceList({ services, at, onChoose, empty }: ServiceListProps): ReactNode {
  const say = useSay();
  const columns = useMemo<readonly ListColumn<GraphNode>[]>(
    () => [
      {
        id: "name",
        title: say("name"),
        by: ({ name }) => name,
        cell: ({ name }) => (
          <button type="button" className="link" aria-pressed={name === at} onClick={() => onChoose(name)}>
            <strong>{name}</strong>
          </button>
        ),
      },
      {
        id: "kind",
        title: say("kind"),
        isWide: true,
        by: ({ kind }) => kind,
        cell: ({ kind }) => say(`topology.kind.${kind}`),
      },
      {
        id: "group",
        title: say("topology.where"),
        isWide: true,
        by: ({ group }) => group,
        cell: ({ group, zones }) => (zones.length > 1 ? zones.join(", ") : groupText(group, say)),
      },
      {
        id: "health",
        title: say("service.healthy"),
        by: (node) => (node.kind === "outside" ? 2 : node.proxies.online / Math.max(1, node.proxies.total)),
        cell: (node) =>
          node.kind === "outside" ? (
            <span className="soft">{healthText(node, say)}</span>
          ) : (
            <Status tone={!isFaulty(node) ? "good" : node.proxies.online === 0 ? "bad" : "doubt"}>
              {healthText(node, say)}
            </Status>
          ),
      },
      {
        id: "callers",
        title: say("topology.column.callers"),
        by: ({ callers }) => callers,
        cell: ({ callers, refused }) =>
          refused === 0 ? callers : say("topology.callers.refused", { callers, refused }),
      },
      { id: "calls", title: say("topology.column.calls"), by: ({ calls }) => calls, cell: ({ calls }) => calls },
    ],
    [say, at, onChoose],
  );
  return (
    <List label={say("topology.list")} columns={columns} rows={services} keyOf={({ name }) => name} empty={empty} />
  );
}
