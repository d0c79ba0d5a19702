// Who asks, under the name of the file that held all of the face.
export type { Caller } from "./face/caller.ts";
