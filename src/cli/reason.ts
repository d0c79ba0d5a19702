// Why a command changes something: one option of every command that does, sent with all of its calls.

/** `connect` sends it in the header `weft-reason`. */
export const REASON_OPTION = { flags: "--reason <text>", help: "why; kept in the history", default: "" } as const;
