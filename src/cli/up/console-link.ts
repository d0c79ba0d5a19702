// The link by which `weft up` lets whoever sits at its screen into the console.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { consoleUrl } from "#cli/console-url.ts";
import { writePrivate } from "#cli/private-file.ts";
import { ORGANISATION, type Organisation } from "./seed.ts";

/** How long a link holds that no later start has replaced. */
const VALID_FOR = "24h";

/**
 * An address that signs in to the demo's organisation: its token stands behind the `#`, which browsers send to nobody. The link of
 * the start before holds no more. Undefined where none can be made: the demo runs without it.
 */
export async function consoleLink(
  folder: string,
  controlPlane: string,
  { client }: Organisation,
): Promise<string | undefined> {
  const marker = join(folder, "console-link.id");
  const params = { organisation: ORGANISATION };
  try {
    const before = existsSync(marker) ? readFileSync(marker, "utf8").trim() : "";
    // Gone already where it was revoked by hand.
    if (before !== "") await client.call("revokeToken", { params: { ...params, id: before } }).catch(() => {});
    const body = { name: "console link of weft up", scopes: ["admin"], validFor: VALID_FOR };
    const { id, token } = await client.call("createToken", { params, body });
    writePrivate(marker, `${id}\n`);
    return `${consoleUrl(controlPlane)}sign-in#token=${token}`;
  } catch {
    return undefined;
  }
}
