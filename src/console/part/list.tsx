// A list: sorted by its columns, each row a card where there is no room for columns; drawn only where it is looked at, so that ten
// thousand rows scroll as ten do.
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFns,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";

export interface ListColumn<Row> {
  readonly id: string;
  readonly title: string;
  /** What rows are sorted by; without it the column sorts nothing. */
  readonly by?: (row: Row) => string | number;
  readonly cell: (row: Row) => ReactNode;
  /** Left out of a table that has not room for all; a card has. */
  readonly isWide?: boolean;
}

interface ListProps<Row> {
  /** What the list is of, for those who listen. */
  readonly label: string;
  readonly columns: readonly ListColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What stands in place of no rows. */
  readonly empty: ReactNode;
}

const ROW_HEIGHT = 44;
/** Said aloud as a table also where rows are laid out as cards: not every browser reads a table out of elements that are shown as blocks. */
const ROLES = {
  table: { role: "table" },
  group: { role: "rowgroup" },
  row: { role: "row" },
  head: { role: "columnheader" },
  cell: { role: "cell" },
} as const;
/** Below that all rows are drawn: there is nothing to win, and the browser's own search finds them. */
const FEW = 100;
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });

export function List<Row extends object>({ label, columns, rows, keyOf, empty }: ListProps<Row>): ReactNode {
  const [sorting, setSorting] = useState<SortingState>([]);
  const data = useMemo(() => [...rows], [rows]);
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(
      columns.map(({ id, title, by }) =>
        helper.accessor((row) => by?.(row) ?? "", {
          id,
          header: title,
          enableSorting: by !== undefined,
          sortFn: "alphanumeric",
        }),
      ),
    );
  }, [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: keyOf,
    state: { sorting },
    onSortingChange: setSorting,
  });
  const sorted = table.getRowModel().rows;
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(body.current?.offsetTop ?? 0), []);
  const [height, setHeight] = useState(ROW_HEIGHT);
  const virtual = useWindowVirtualizer({
    count: sorted.length,
    estimateSize: () => height,
    overscan: 12,
    scrollMargin: top,
    enabled: sorted.length > FEW,
  });
  const isVirtual = sorted.length > FEW;
  const drawn = isVirtual ? virtual.getVirtualItems().map(({ index }) => index) : sorted.map((_, index) => index);
  const isDrawn = isVirtual && drawn.length > 0;
  // Cards are higher than rows: what is not drawn yet is reckoned as what is.
  useLayoutEffect(() => {
    const first = isDrawn ? body.current?.querySelector<HTMLElement>("[data-index]") : null;
    if (first != null && first.offsetHeight > 2 * ROW_HEIGHT) setHeight(first.offsetHeight);
  }, [isDrawn]);
  useLayoutEffect(() => {
    if (height !== ROW_HEIGHT) virtual.measure();
  }, [virtual, height]);
  if (rows.length === 0) return <div className="panel empty">{empty}</div>;
  const above = isVirtual ? (virtual.getVirtualItems()[0]?.start ?? top) - top : 0;
  const below = isVirtual ? virtual.getTotalSize() - ((virtual.getVirtualItems().at(-1)?.end ?? top) - top) : 0;
  const widths = new Map(columns.map(({ id, isWide }) => [id, isWide === true ? "wide" : undefined]));
  return (
    <div className="panel list">
      <table className="rows" {...ROLES.table} aria-label={label} aria-rowcount={sorted.length + 1}>
        <thead {...ROLES.group}>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} {...ROLES.row}>
              {group.headers.map((header) => {
                const order = header.column.getIsSorted();
                return (
                  <th
                    key={header.id}
                    {...ROLES.head}
                    scope="col"
                    className={widths.get(header.column.id)}
                    aria-sort={order === false ? undefined : order === "asc" ? "ascending" : "descending"}
                  >
                    {header.column.getCanSort() ? (
                      <button type="button" onClick={header.column.getToggleSortingHandler()}>
                        <table.FlexRender header={header} />
                        {order === "asc" && <ArrowUp aria-hidden size={13} />}
                        {order === "desc" && <ArrowDown aria-hidden size={13} />}
                      </button>
                    ) : (
                      <table.FlexRender header={header} />
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody ref={body} {...ROLES.group}>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {drawn.map((index) => {
            const row = sorted[index];
            if (row === undefined) return null;
            return (
              <tr
                key={row.id}
                {...ROLES.row}
                ref={isVirtual ? virtual.measureElement : undefined}
                data-index={index}
                aria-rowindex={index + 2}
              >
                {/* Called, not rendered as a component: of new columns it would be a new one, and the keyboard's place in it gone. */}
                {columns.map(({ id, title, isWide, cell }) => (
                  <td key={id} {...ROLES.cell} className={isWide === true ? "wide" : undefined} data-title={title}>
                    {cell(row.original)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </tbody>
      </table>
    </div>
  );
}
