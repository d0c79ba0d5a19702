// Two texts side by side: which lines are in both.

export interface Line {
  /** Null where the other text alone has one. */
  readonly left: string | null;
  readonly right: string | null;
  readonly isSame: boolean;
}

/** Above it nothing is compared: it would take as long as all that is to be compared, squared. */
const MOST = 2_000;

/** The longest common lines stand side by side. */
export function sideBySide(left: string, right: string): readonly Line[] {
  const [a, b] = [left.split("\n"), right.split("\n")];
  if (a.length > MOST || b.length > MOST) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => lineOf(a[index], b[index]));
  }
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const isSame = i < a.length && j < b.length && a[i] === b[j];
    const goesLeft = isSame || (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1)));
    lines.push({ left: goesLeft ? (a[i] ?? null) : null, right: isSame || !goesLeft ? (b[j] ?? null) : null, isSame });
    if (goesLeft) i += 1;
    if (isSame || !goesLeft) j += 1;
  }
  return lines;
}

function lineOf(left: string | undefined, right: string | undefined): Line {
  return { left: left ?? null, right: right ?? null, isSame: left === right };
}
