// A step of a JSON patch as a line: its sign, where, and what.

export function stepText(sign: string, { path, value }: { readonly path: string; readonly value?: unknown }): string {
  return `${sign} ${path}${value === undefined ? "" : ` ${JSON.stringify(value)}`}`;
}
