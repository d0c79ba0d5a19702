// A small terminal: what a person sees after these bytes, line by line, scrolled-away lines first.

export interface Screen {
  write(text: string): void;
  /** All lines without trailing spaces; the cursor's empty last line is left out. */
  lines(): readonly string[];
}

/** Knows the sequences that a watch writes, and refuses others. Lines are cut at the edge while wrapping is off. */
export function screenOf(columns: number): Screen {
  const lines: string[] = [""];
  let row = 0;
  let column = 0;
  let wraps = true;

  function put(character: string): void {
    if (column >= columns) {
      if (!wraps) return;
      row += 1;
      column = 0;
    }
    const line = (lines[row] ?? "").padEnd(column);
    lines[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  }

  const control: Readonly<Record<string, (parameter: string) => void>> = {
    A: (parameter) => {
      row = Math.max(0, row - Number(parameter));
    },
    K: () => {
      lines[row] = (lines[row] ?? "").slice(0, column);
    },
    J: () => {
      lines.length = row + 1;
      lines[row] = (lines[row] ?? "").slice(0, column);
    },
    m: () => {},
    h: (parameter) => {
      if (parameter === "?7") wraps = true;
    },
    l: (parameter) => {
      if (parameter === "?7") wraps = false;
    },
  };

  return {
    write(text) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
      for (const [, parameter, letter, character] of text.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|(.)/gs)) {
        if (letter !== undefined) {
          const act = control[letter];
          if (act === undefined) throw new Error(`unknown sequence ${letter}`);
          act(parameter ?? "");
        } else if (character === "\n") {
          row += 1;
          column = 0;
          lines[row] ??= "";
        } else if (character === "\r") column = 0;
        else put(character!);
      }
    },
    lines: () => lines.map((line) => line.trimEnd()).filter((line, at) => at < lines.length - 1 || line !== ""),
  };
}
