// A real browser for tests: pages whose errors and refused contents fail their test, pictures of them, and a check of their accessibility.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page, type Request } from "playwright-core";
import { expect } from "vitest";

/** Nothing of it leaves this machine, and it needs neither a display nor a sandbox. */
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
];
/** Pictures of pages, for people: made anew by each run. */
const PICTURES = fileURLToPath(new URL("../../.cache/e2e", import.meta.url));
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export interface VisitOptions {
  /** Address of the control plane. */
  readonly url: string;
  /** An API token: the browser is signed in from the start. */
  readonly token?: string;
  readonly colours?: "light" | "dark";
  /** Pixels; 1280 unless given. */
  readonly width?: number;
  /** `en-US` unless given. */
  readonly language?: string;
  /** Complaints of the browser that the test provokes. */
  readonly provokes?: readonly RegExp[];
  /** The page's own looking-again is switched off, so that only news bring anything. */
  readonly newsAlone?: boolean;
}

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors that the browser told so far: of scripts, of loading, of its policy. */
  readonly complaints: readonly string[];
  /** Opens a page of the console, by its path below /console. */
  open(path: string): Promise<void>;
  /** A picture, and no violation of WCAG 2.2 A and AA. */
  check(name: string): Promise<void>;
  /** A picture alone. */
  picture(name: string): Promise<void>;
  /** Waits until each call of the page has its answer, and all that came is drawn; news are a call without an end. */
  settle(): Promise<void>;
}

export interface TestBrowser {
  /** Looks at the console as somebody new; whatever the browser complains of fails the test. */
  visit(options: VisitOptions, act: (visit: Visit) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** `group` is the folder of its pictures. */
export async function openBrowser(group: string): Promise<TestBrowser> {
  rmSync(join(PICTURES, group), { recursive: true, force: true });
  const executablePath = process.env.WEFT_CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  return {
    async visit(options, act) {
      const visit = await open(browser, group, options);
      try {
        await act(visit);
      } catch (error) {
        await visit.picture("failed").catch(() => {});
        if (error instanceof Error && visit.complaints.length > 0) {
          error.message += `\nThe browser said:\n${visit.complaints.join("\n")}`;
        }
        throw error;
      } finally {
        await visit.context.close();
      }
      const { provokes = [] } = options;
      expect(visit.complaints.filter((one) => !provokes.some((pattern) => pattern.test(one)))).toEqual([]);
      for (const pattern of provokes) expect(visit.complaints.join("\n")).toMatch(pattern);
    },
    close: () => browser.close(),
  };
}

async function open(browser: Browser, group: string, options: VisitOptions): Promise<Visit> {
  const { url, token, colours = "light", width = 1280, language = "en-US", newsAlone = false } = options;
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    locale: language,
    colorScheme: colours,
    baseURL: url,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  if (token !== undefined) {
    await context.addCookies([{ name: "weft-session", value: token, url, httpOnly: true, sameSite: "Strict" }]);
  }
  if (newsAlone) await context.addInitScript(SLOW_CLOCKS);
  // Of further pages too, and of calls beside them.
  context.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  const page = await context.newPage();
  const asked = callsOf(page);
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !OF_THE_MACHINE.test(message.text())) {
      complaints.push(`${message.type()}: ${message.text()} ${message.location().url}`);
    }
  });
  const picture = async (name: string): Promise<void> => {
    const folder = join(PICTURES, group);
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}-${colours}-${width}-${language}.png`) });
  };
  return {
    page,
    context,
    complaints,
    picture,
    settle: () => expect.poll(async () => [...asked, await page.evaluate(DRAWN), ...asked]).toEqual([true]),
    async open(path) {
      await page.goto(`${url}/console${path}`);
      await page.locator("h1").first().waitFor();
    },
    async check(name) {
      await picture(name);
      expect(await violations(page), name).toEqual([]);
    },
  };
}

/** A network of the machine came or went, as other tests' do, and broke off what was under way: no page's fault, and it asks again. */
const OF_THE_MACHINE = /net::ERR_NETWORK_CHANGED/;

/** Addresses of what a page has asked for and not got yet, but for its news. */
function callsOf(page: Page): Iterable<string> {
  const under = new Map<Request, string>();
  const over = (request: Request): unknown => under.delete(request);
  page.on("request", (request) => {
    // What the page before has asked for ends with it, unheard.
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) under.clear();
    if (!request.url().endsWith("/v1/events")) under.set(request, request.url());
  });
  page.on("requestfinished", over);
  page.on("requestfailed", over);
  return { [Symbol.iterator]: () => under.values() };
}

/** Whether the page shows what it has, two frames later. */
const DRAWN = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
  resolve(document.querySelector("h1") !== null && document.querySelector(".skeleton") === null))))`;

/** What comes again after two seconds or more does not come. */
const SLOW_CLOCKS = `for (const name of ["setInterval", "setTimeout"]) {
  const real = window[name];
  window[name] = (run, wait = 0, ...rest) => real(run, wait >= 2000 ? 2 ** 30 : wait, ...rest);
}`;

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Run over the debugger's wire: the page's own policy would refuse a script from elsewhere. */
async function violations(page: Page): Promise<readonly string[]> {
  // Never detached: that would end the virtual authenticators which a test has plugged in.
  const wire = await page.context().newCDPSession(page);
  await wire.send("Runtime.evaluate", { expression: readFileSync(AXE, "utf8") });
  const rules = JSON.stringify({ runOnly: { type: "tag", values: RULES }, resultTypes: ["violations"] });
  const { result, exceptionDetails } = await wire.send("Runtime.evaluate", {
    expression: `axe.run(document, ${rules}).then(({ passes, violations }) => JSON.stringify({ passed: passes.length, violations }))`,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails !== undefined) throw new Error(`axe: ${JSON.stringify(exceptionDetails)}`);
  const found = JSON.parse(String(result.value)) as {
    readonly passed: number;
    readonly violations: readonly Finding[];
  };
  if (found.passed === 0) throw new Error("axe found nothing to look at");
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) => `${id}: ${html} ${failureSummary.replaceAll(/\s+/g, " ")}`),
  );
}
