// What the browser keeps of this reader's choices. A browser that keeps nothing is fine.

const PREFIX = "weft.";

/** What was kept under the name; null where nothing was or may be. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Kept for this page alone.
  }
}
