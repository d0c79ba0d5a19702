// What a command shows in one look, as a watch compares it.

/** A row of a list, or an answer that is shown whole. */
export interface ShownRow {
  /** What tells it apart from others. */
  readonly key: string;
  /** Its lines in `--output name`. */
  readonly names: readonly string[];
  /** What programs get of it. */
  readonly item: unknown;
  /** What is compared of the item. */
  readonly news: string;
  /** Of each `news` is compared instead of the text. An answer that is shown whole has none. */
  readonly cells: readonly { readonly title: string; readonly text: string; readonly news: string }[];
  /** For people, of an answer that is shown whole. */
  readonly text?: string;
}

export interface Shown {
  readonly rows: readonly ShownRow[];
  /** The newest rows of a longer list, newest first: one that is no longer among them is not gone. */
  readonly newest: boolean;
}
