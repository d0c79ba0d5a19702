// A page in a real Chromium that tells what it costs: time of its main thread, what it loads, how it is painted and scrolled.
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
const WIDTH = 1280;
const HEIGHT = 800;

export interface Costs {
  /** Milliseconds of the main thread: all of its tasks, scripts, styles and layout. */
  readonly task_ms: number;
  readonly script_ms: number;
  readonly layout_ms: number;
}

export interface Measured {
  readonly page: Page;
  readonly wire: CDPSession;
  /** What the main thread did while something was done, and until nothing more came for a while. */
  costOf(act: () => Promise<void>): Promise<Costs>;
}

export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.WEFT_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A page of somebody new; with a token it is signed in. */
export async function openPage(browser: Browser, url: string, token?: string): Promise<Measured> {
  const context = await browser.newContext({ viewport: { width: WIDTH, height: HEIGHT }, locale: "en-US" });
  if (token !== undefined) {
    await context.addCookies([{ name: "weft-session", value: token, url, httpOnly: true, sameSite: "Strict" }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.addInitScript(OBSERVE);
  const wire = await context.newCDPSession(page);
  await wire.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async (): Promise<Costs> => {
    const { metrics } = await wire.send("Performance.getMetrics");
    const of = (name: string): number => (metrics.find((one) => one.name === name)?.value ?? 0) * 1000;
    return {
      task_ms: of("TaskDuration"),
      script_ms: of("ScriptDuration"),
      layout_ms: of("LayoutDuration") + of("RecalcStyleDuration"),
    };
  };
  return {
    page,
    wire,
    async costOf(act) {
      const before = await read();
      await act();
      await page.waitForLoadState("networkidle");
      const after = await read();
      return {
        task_ms: after.task_ms - before.task_ms,
        script_ms: after.script_ms - before.script_ms,
        layout_ms: after.layout_ms - before.layout_ms,
      };
    },
  };
}

/** Largest contentful paint, shifts of layout, long tasks: as the browser tells them, from the start on. */
const OBSERVE = `window.seen = { lcp: 0, cls: 0, blocked: 0 };
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.seen.lcp = one.startTime; })
  .observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.seen.cls += one.value; })
  .observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.seen.blocked += Math.max(0, one.duration - 50); })
  .observe({ type: "longtask", buffered: true });`;

export interface Frames {
  readonly fps: number;
  /** Gaps of more than two frames at 60 a second, and of more than 50 ms. */
  readonly over_33_ms: number;
  readonly over_50_ms: number;
  readonly longest_ms: number;
}

/** Frames while the page is really scrolled, as by a finger: `distance` pixels down at `speed` pixels a second. */
export async function framesWhile({ page, wire }: Measured, distance: number, speed: number): Promise<Frames> {
  await page.evaluate(COUNT);
  await wire.send("Input.synthesizeScrollGesture", {
    x: WIDTH / 2,
    y: HEIGHT / 2,
    yDistance: -distance,
    speed,
    gestureSourceType: "touch",
    preventFling: true,
  });
  const times = (await page.evaluate("window.counting = false, window.frames")) as readonly number[];
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  const all = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    fps: Math.round((gaps.length / all) * 10_000) / 10,
    over_33_ms: gaps.filter((gap) => gap > 34).length,
    over_50_ms: gaps.filter((gap) => gap > 50).length,
    longest_ms: Math.round(Math.max(...gaps)),
  };
}

const COUNT = `window.frames = []; window.counting = true;
requestAnimationFrame(function count(time) { window.frames.push(time); if (window.counting) requestAnimationFrame(count); });`;
