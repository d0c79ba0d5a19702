// What browsers call themselves, as people call them.
import { expect, test } from "vitest";
import { agentName, deviceName } from "#console/data/agent.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36`, "Chrome 156 · Linux"],
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/156.0.8078.79 Safari/537.36`, "Chrome 156 · Linux"],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`,
    "Edge 156 · Windows",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/155.0.0.0 Safari/537.36 OPR/131.0.0.0`,
    "Opera 131 · Windows",
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:148.0) Gecko/20100101 Firefox/148.0", "Firefox 148 · macOS"],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    "Safari 26 · macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
    "Safari 26 · iPhone",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0.0 Mobile/15E148 Safari/604.1",
    "Chrome 156 · iPhone",
  ],
  [
    `Mozilla/5.0 (Linux; Android 16; K) ${WEBKIT} SamsungBrowser/29.0 Chrome/140.0.0.0 Mobile Safari/537.36`,
    "Samsung Internet 29 · Android",
  ],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36`, "Chrome 156 · ChromeOS"],
  ["curl/8.5.0", "curl 8.5.0"],
  ["<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["x".repeat(300), "x".repeat(60)],
])("%s", (agent, name) => {
  expect(agentName(agent)).toBe(name);
});

test("a device is named without a version, which it outlives", () => {
  expect(deviceName(`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36`)).toBe("Chrome · Linux");
  expect(deviceName("nothing known")).toBe("");
});
