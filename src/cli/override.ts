// Why a command goes against guard rails: one option of those that write a mesh's resources.

/** `connect` sends it in the header `weft-override`. */
export const OVERRIDE_OPTION = {
  flags: "--override <why>",
  help: "in an emergency, against the mesh's ChangeControls and AccessTests; takes the scope guard:override, and is kept in history and audit",
  default: "",
} as const;
