// What a look at a machine, a control plane and its zones has found.

export interface Finding {
  /** `machine`, `control plane`, `zone east`. */
  readonly where: string;
  readonly state: "ok" | "warning" | "failure";
  /** One sentence without a full stop. */
  readonly what: string;
  /** What to do; absent where all is well. */
  readonly fix?: string;
}

/** Makes findings of one place. */
export function findingsAt(where: string) {
  return {
    ok: (what: string): Finding => ({ where, state: "ok", what }),
    warning: (what: string, fix: string): Finding => ({ where, state: "warning", what, fix }),
    failure: (what: string, fix: string): Finding => ({ where, state: "failure", what, fix }),
  };
}
