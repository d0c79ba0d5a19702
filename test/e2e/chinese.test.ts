// In Chinese the control plane's own words are Chinese too: in forms, in the editor, in what needs attention.
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConsole, type TestConsole } from "#test/console.ts";
import { strictMesh } from "#test/mesh.ts";

let on: TestConsole;
beforeAll(async () => {
  on = await startConsole("chinese");
  await on.plane.apply({ type: "Zone", name: "east" }, strictMesh());
});
afterAll(() => on?.close());

const language = "zh-CN";
const WRONG = [
  ...["type: MeshTimeout", "mesh: default", "name: slow", "spec:", "  to:", "    - targetRef: { kind: Mesh }"],
  ...["      default: { connectionTimeout: 5s, http: {} }", ""],
].join("\n");

test("what needs attention", async () => {
  await on.visit({ language }, async ({ page, open, check }) => {
    await open("/o/acme");
    await page.getByText("区域 east 还没有中继").waitFor();
    await check("overview");
  });
});

test("a refusal in a form", async () => {
  const url = on.plane.controlPlane().url;
  await on.browser.visit({ url, language, provokes: [/401 \(Unauthorized\)/] }, async ({ page, open, check }) => {
    await open("/sign-in");
    await page.getByRole("button", { name: "用 API 令牌登录" }).click();
    await page.getByLabel("API 令牌").fill("weft_api_nonsense");
    await page.keyboard.press("Enter");
    await page.getByText("API 令牌缺失或格式不对").waitFor();
    await check("refused");
  });
});

test("what is wrong in the editor: as YAML, and by the checks of its kind", async () => {
  await on.visit({ language, provokes: [/400 \(Bad Request\)/] }, async ({ page, open, check }) => {
    await open("/o/acme/m/default/new?kind=MeshTimeout");
    await page.locator(".cm-content").waitFor();
    const write = async (text: string): Promise<void> => {
      await page.locator(".cm-content").click();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.insertText(text);
    };
    await write(WRONG);
    await page.getByRole("button", { name: /此节中至少要配置一个超时/ }).waitFor();
    await check("wrong");
    await write("type: MeshTimeout\nname: a\nname: b\n");
    await page.getByRole("button", { name: /键不能重复/ }).waitFor();
    expect(await page.getByText("Map keys must be unique").count()).toBe(0);
  });
});

test("a page of what is not there", async () => {
  await on.visit({ language, provokes: [/404 \(Not Found\)/] }, async ({ page, open, check }) => {
    await open("/o/acme/activity/999");
    await page.getByRole("alert").getByText("没有修订 999").waitFor();
    await check("absent");
  });
});
