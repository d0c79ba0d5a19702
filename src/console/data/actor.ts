// As whom the control plane notes what the reader does.
import { useAnswer } from "./api.ts";

const MINUTE = 60_000;

/** `user:` or `token:` and an id; null while it is not known. */
export function useActor(): string | null {
  const { data } = useAnswer("readSession", {}, MINUTE);
  if (data?.user !== undefined) return `user:${data.user.id}`;
  return data?.token === undefined ? null : `token:${data.token.id}`;
}
