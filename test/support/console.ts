// What tests of the console stand on: a control plane as a process of its own, and a browser that looks at it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBrowser, type TestBrowser, type Visit, type VisitOptions } from "./browser.ts";
import { type Children, createChildren, type PlaneOptions, startPlane, type TestPlane } from "./plane.ts";

export interface TestConsole {
  readonly plane: TestPlane;
  readonly children: Children;
  readonly browser: TestBrowser;
  /** Of the test, gone afterwards. */
  readonly folder: string;
  /** Signed in to `acme` with its first token, unless the options say otherwise. */
  visit(options: Partial<VisitOptions>, act: (visit: Visit) => Promise<void>): Promise<void>;
  /** An organisation of its own, in which nothing is; its first token. */
  fresh(name: string): Promise<string>;
  close(): Promise<void>;
}

/** `group` names the folder of its pictures; the options are the control plane's. */
export async function startConsole(
  group: string,
  options: Pick<PlaneOptions, "logLevel" | "env" | "port"> = {},
): Promise<TestConsole> {
  const folder = mkdtempSync(join(tmpdir(), "weft-console-"));
  const children = createChildren();
  let browser: TestBrowser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await children.stopAll();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const plane = await startPlane({ folder, children, ...options });
    const opened = await openBrowser(group);
    browser = opened;
    return {
      plane,
      children,
      browser: opened,
      folder,
      close,
      visit: (options, act) => opened.visit({ url: plane.controlPlane().url, token: plane.token, ...options }, act),
      fresh: (name) => plane.organisationToken(name),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
