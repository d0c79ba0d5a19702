// Mails of a control plane that has none set up: it prints them to its log, and tests read them there.
import { until } from "./child.ts";
import type { TestPlane } from "./plane.ts";

interface LogLine {
  readonly to?: string;
  readonly subject?: string;
  readonly text?: string;
}

/** Links of all mails so far to this address that lead to this page of the console, oldest first. */
export function mailedLinks(plane: TestPlane, to: string, page: "verify" | "reset"): readonly string[] {
  const lines = plane.controlPlane().child.output().split("\n");
  return lines.flatMap((line) => {
    if (!line.startsWith("{") || !line.includes(`/console/${page}?token=`)) return [];
    const mail = JSON.parse(line) as LogLine;
    const [link] = /^https?:\S+$/m.exec(mail.text ?? "") ?? [];
    return mail.to === to && link !== undefined ? [link] : [];
  });
}

/** The last of them, once there are so many; path below /console with its query. */
export async function mailedLink(plane: TestPlane, to: string, page: "verify" | "reset", count = 1): Promise<string> {
  const links = await until(`mail ${count} of ${page} to ${to}`, async () => {
    const found = mailedLinks(plane, to, page);
    return found.length >= count ? found : undefined;
  });
  const { pathname, search } = new URL(links.at(-1) ?? "");
  return pathname.replace(/^\/console/, "") + search;
}
