// A gate: what waits at it goes on once it is opened.

export interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

/** Closed. */
export function createGate(): Gate {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
