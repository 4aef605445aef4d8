// One Chromium for all tests. Each line on stdin is a scene: the task pane of a service opened by a new user (two where
// asked), and steps to do there; its line on stdout holds what each step gave and what the page complained about.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const OFFICE = "https://appsforoffice.microsoft.com/";
const excel = readFileSync(new URL("excel.js", import.meta.url), "utf-8");
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });

async function scene({ address, language, users, steps }) {
  const complaints = [];
  const found = [];
  const pages = [];
  try {
    while (pages.length < users) pages.push(await opened(address, language, complaints));
    for (const { step, ...asked } of steps) found.push((await actions[step](pages, asked)) ?? null);
  } catch (error) {
    complaints.push(String(error));
  }
  await Promise.all(pages.map((page) => page.context().close()));
  return { found, complaints };
}

async function opened(address, language, complaints) {
  const context = await browser.newContext({ viewport: { width: 340, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((spoken) => { window.excelLanguage = spoken; }, language);
  await page.route(`${OFFICE}**`, (route) => route.fulfill({ contentType: "text/javascript", body: excel }));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => {
    const from = request.url();
    if (!from.startsWith(address) && !from.startsWith(OFFICE)) complaints.push(`fetched from elsewhere: ${from}`);
  });
  await page.goto(`${address}/taskpane.html`);
  await until(page, "document.querySelector('#chosen')?.options.length > 0 && window.associated().length > 0");
  return page;
}

// Asked from outside: playwright's own waiting evaluates text in the page, which its content policy rightly forbids.
async function until(page, holds) {
  const last = Date.now() + 30_000;
  while (!(await page.evaluate(`Boolean(${holds})`))) {
    if (Date.now() > last) throw new Error(`never: ${holds}`);
    await page.waitForTimeout(20);
  }
}

const actions = {
  associated: ([page]) => page.evaluate("associated()"),
  calculate: ([page], { id, args }) => page.evaluate(([id, args]) => calculate(id, args), [id, args]),
  column: ([page], { id, value, rows, rest }) =>
    page.evaluate(
      ([id, value, rows, rest]) => calculate(id, [Array.from({ length: rows }, () => [value]), ...rest]),
      [id, value, rows, rest],
    ),
  together: (pages, { calls }) =>
    Promise.all(pages.map((page) =>
      page.evaluate((calls) => Promise.all(calls.map(([id, args]) => calculate(id, args))), calls))),
  cell: ([page], { holds }) => page.evaluate((holds) => void Object.assign(window.sheet, holds), holds),
  formula: ([page]) => page.evaluate("window.sheet.formula"),
  choose: ([page], { from, option }) => page.selectOption(from, option).then(() => null),
  click: ([page], { what }) => page.click(what),
  press: ([page], { key }) => page.keyboard.press(key),
  fill: ([page], { what, text }) => page.fill(what, text),
  until: ([page], { holds }) => until(page, holds),
  text: ([page], { what }) => page.textContent(what).then((text) => text.trim()),
  evaluate: ([page], { what }) => page.evaluate(what),
  picture: async ([page], { path, dark }) => {
    await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    await page.screenshot({ path, fullPage: true });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await scene(JSON.parse(line))));
}
await browser.close();
