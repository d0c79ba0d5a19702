// What a browser calls itself, as people call it.

type Names = readonly (readonly [pattern: RegExp, name: string])[];

/** In this order: most call themselves by the names of others too. */
const BROWSERS: Names = [
  [/\bEdg(?:e|A|iOS)?\/(\d+)/, "Edge"],
  [/\bOPR\/(\d+)/, "Opera"],
  [/\bSamsungBrowser\/(\d+)/, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+)[\d.]*(?: Mobile\/\w+)? Safari\//, "Safari"],
  [/^curl\/([\d.]+)/, "curl"],
];
const SYSTEMS: Names = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** `Chrome 156 · Linux`; the beginning of the text itself where it names neither. */
export function agentName(agent: string): string {
  const [browser, version] = found(BROWSERS, agent);
  const [system] = found(SYSTEMS, agent);
  const named = [browser && `${browser} ${version}`, system].filter((part) => part !== undefined);
  return named.length > 0 ? named.join(" · ") : agent.slice(0, 60);
}

/** What a device is called in a list of one's own. */
export function deviceName(agent: string): string {
  return [found(BROWSERS, agent)[0], found(SYSTEMS, agent)[0]].filter((part) => part !== undefined).join(" · ");
}

function found(names: Names, agent: string): readonly [name?: string, version?: string] {
  for (const [pattern, name] of names) {
    const match = pattern.exec(agent);
    if (match !== null) return [name, match[1] ?? ""];
  }
  return [];
}
