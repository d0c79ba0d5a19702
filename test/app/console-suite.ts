// The console over HTTP: one page for all of its addresses, its policy, its files, and nothing else of the disk.
import { expect, test } from "vitest";
import { type Answer, call, type Subject } from "./subject.ts";

const NONCE = /<meta property="csp-nonce" content="([\w-]{22})"/;

export function consoleSuite(subject: () => Subject): void {
  const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = "GET"): Promise<Answer> =>
    call(subject(), method, path, { headers: { accept: "text/html", ...headers } });
  const rulesOf = (answer: Answer): ReadonlyMap<string, string> =>
    new Map(
      (answer.headers.get("content-security-policy") ?? "")
        .split("; ")
        .map((rule) => [rule.split(" ")[0] ?? "", rule.split(" ").slice(1).join(" ")]),
    );
  /** What the page loads at once, as it names it. */
  const loaded = async (): Promise<readonly string[]> =>
    [...(await get("/console/")).text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");

  test.each([
    "/console",
    "/console/",
    "/console/sign-in",
    "/console/o/acme/m/default/proxies?state=online",
    "/console/no/such.page",
  ])("%s is the page", async (path) => {
    const page = await get(path);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.text).toContain('<div id="root"></div>');
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("x-frame-options")).toBe("DENY");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(page.headers.get("permissions-policy")).toContain("camera=()");
  });

  test("it runs this host's scripts alone, and its nonce is another one each time", async () => {
    const pages = await Promise.all([get("/console/"), get("/console/"), get("/console/zones")]);
    const nonces = pages.map(({ text }) => NONCE.exec(text)?.[1]);
    expect(new Set(nonces).size).toBe(3);
    for (const [at, page] of pages.entries()) {
      const rules = rulesOf(page);
      expect(rules.get("default-src")).toBe("'none'");
      expect(rules.get("script-src")).toBe("'self'");
      expect(rules.get("style-src")).toBe(`'self' 'nonce-${nonces[at]}'`);
      expect(rules.get("connect-src")).toBe("'self'");
      expect(rules.get("frame-ancestors")).toBe("'none'");
      expect(rules.get("base-uri")).toBe("'none'");
      expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
    }
  });

  test("nothing of the page is inline, and all that it loads is the console's own", async () => {
    const { text } = await get("/console/");
    for (const [tag] of text.matchAll(/<script[^>]*>/g)) expect(tag).toContain(' src="/console/assets/');
    expect(text).not.toMatch(/<script[^>]*>[^<]|<style|\son\w+=|\sstyle=|javascript:/i);
    const paths = await loaded();
    expect(paths.filter((path) => path.endsWith(".js")).length).toBeGreaterThan(0);
    expect(paths.filter((path) => path.endsWith(".css")).length).toBeGreaterThan(0);
    for (const path of paths) expect(path).toMatch(/^\/console\/assets\/[\w.-]+-[\w-]{8}\.(js|css|svg)$/);
  });

  test("what it loads is kept for ever, for its name changes with it", async () => {
    const types = { js: /^text\/javascript/, css: /^text\/css/, svg: /^image\/svg\+xml/ } as const;
    for (const path of await loaded()) {
      const file = await get(path);
      expect([path, file.status]).toEqual([path, 200]);
      expect(file.headers.get("content-type")).toMatch(types[path.split(".").at(-1) as keyof typeof types]);
      expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(file.headers.get("vary")).toBe("accept-encoding");
      expect(file.headers.get("x-content-type-options")).toBe("nosniff");
      expect(file.text.length).toBeGreaterThan(100);
    }
  });

  test.each([
    "/console/assets/no-such-12345678.js",
    "/console/assets/",
    "/console/assets/..%2f..%2fpackage.json",
    "/console/assets/..%2findex.html",
    "/console/assets/%2e%2e%2f%2e%2e%2fpackage.json",
    "/console/assets/..%5c..%5cpackage.json",
    "/console/assets/%2fetc%2fpasswd",
    "/console/assets/x%00.js",
    "/console/assets/%",
    "/console/assets/%ff",
    "/console/../package.json",
    "/console/assets/../../package.json",
  ])("%s is a problem, and no file", async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "application/json"]);
    expect(answer.json).toMatchObject({ status: 404, type: "/std-errors" });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("HEAD answers as GET without a body", async () => {
    const [script = ""] = (await loaded()).filter((path) => path.endsWith(".js"));
    for (const path of ["/console/", script]) {
      const [head, full] = [await get(path, {}, "HEAD"), await get(path)];
      expect([head.status, head.text]).toEqual([200, ""]);
      for (const name of ["content-type", "cache-control"]) expect(head.headers.get(name)).toBe(full.headers.get(name));
    }
    expect((await get("/console/assets/no-such-12345678.js", {}, "HEAD")).status).toBe(404);
  });

  test("the page is only read", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) expect((await get("/console/", {}, method)).status).toBe(404);
  });

  test("a browser that asks for the host is led to the console, and nobody else", async () => {
    const browser = await subject().fetch("/", { headers: { accept: "text/html,*/*" }, redirect: "manual" });
    expect([browser.status, browser.headers.get("location")]).toEqual([302, "/console/"]);
    await browser.body?.cancel();
    for (const accept of ["application/json", "*/*"]) expect((await get("/", { accept })).status).toBe(404);
  });

  test("the rest of the control plane keeps the policy that runs nothing", async () => {
    expect(rulesOf(await get("/healthy")).get("default-src")).toBe("'none'");
    expect(rulesOf(await get("/healthy")).has("script-src")).toBe(false);
  });
}
