// Opens the task pane in the system's Chromium as two users, does the steps that stand on stdin and prints what each gave.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";

const { address, chromium: executablePath, language, steps } = JSON.parse(readFileSync(0, "utf-8"));
const excel = readFileSync(new URL("excel.js", import.meta.url), "utf-8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const complaints = [];

async function user() {
  const context = await browser.newContext({ viewport: { width: 340, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((spoken) => { window.excelLanguage = spoken; }, language);
  await page.route("https://appsforoffice.microsoft.com/**", (route) =>
    route.fulfill({ contentType: "text/javascript", body: excel }));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith("https://appsforoffice.microsoft.com/")) {
      complaints.push(`fetched from elsewhere: ${request.url()}`);
    }
  });
  await page.goto(`${address}/taskpane.html`);
  await page.waitForFunction("document.querySelector('#chosen')?.options.length > 0 && window.associated().length > 0");
  return page;
}

const [page, other] = [await user(), await user()];
const doing = {
  associated: () => page.evaluate("associated()"),
  calculate: ({ id, args }) => page.evaluate(([id, args]) => calculate(id, args), [id, args]),
  both: ({ calls }) =>
    Promise.all([page, other].map((it) =>
      it.evaluate((calls) => Promise.all(calls.map(([id, args]) => calculate(id, args))), calls))),
  column: ({ id, value, rows, rest }) =>
    page.evaluate(
      ([id, value, rows, rest]) => calculate(id, [Array.from({ length: rows }, () => [value]), ...rest]),
      [id, value, rows, rest],
    ),
  select: ({ cell }) => page.evaluate((cell) => Object.assign(window.sheet, cell), cell),
  choose: ({ from, option }) => page.selectOption(from, option),
  click: ({ what }) => page.click(what),
  press: ({ key }) => page.keyboard.press(key),
  fill: ({ what, text }) => page.fill(what, text),
  text: async ({ what }) => (await page.textContent(what)).trim(),
  waitText: async ({ what }) => {
    await page.waitForFunction((what) => document.querySelector(what).textContent.trim(), what);
    return (await page.textContent(what)).trim();
  },
  formula: () => page.evaluate("window.sheet.formula"),
  evaluate: ({ what }) => page.evaluate(what),
  screenshot: ({ path, dark }) =>
    page.emulateMedia({ colorScheme: dark ? "dark" : "light" }).then(() => page.screenshot({ path, fullPage: true })).then(() => null),
};

const found = [];
for (const { step, ...rest } of steps) found.push((await doing[step](rest)) ?? null);
await browser.close();
console.log(JSON.stringify({ found, complaints }));
