// The task pane. Texts come from the service (/kpi/pane.fi.json, .en.json), the sheet from Excel; nothing is kept but
// the language.

import { literal } from "./literal.js";

const $ = (id) => document.getElementById(id);
let pane;
let chosen;

await Office.onReady();
$("language").addEventListener("change", () => speak($("language").value));
$("chosen").addEventListener("change", show);
$("read").addEventListener("click", () => attempt($("said"), read));
$("formula").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt($("outcome"), insert);
});
$("fields").addEventListener("input", write);
await speak(firstLanguage());

function firstLanguage() {
  const excel = Office.context?.displayLanguage ?? navigator.language;
  return kept() ?? (excel.toLowerCase().startsWith("fi") ? "fi" : "en");
}

function kept(language) {
  try {
    if (language) localStorage.setItem("kpi.language", language);
    return localStorage.getItem("kpi.language");
  } catch {
    return null; // a private window keeps nothing
  }
}

async function speak(language) {
  const before = $("chosen").value;
  pane = await (await fetch(`/kpi/pane.${language}.json`)).json();
  kept(language);
  document.documentElement.lang = language;
  $("language").value = language;
  document.title = pane.words.title;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = pane.words[element.dataset.word];
  }
  $("chosen").replaceChildren(
    group(pane.words.kpis, pane.kpis.map((kpi) => [kpi.id, kpi.name])),
    group(pane.words.functions, pane.functions.map((it) => [it.name, it.name])),
  );
  if (before) $("chosen").value = before;
  show();
}

function group(label, options) {
  const made = element("optgroup");
  made.label = label;
  made.append(...options.map(([value, text]) => new Option(text, value)));
  return made;
}

function show() {
  const id = $("chosen").value;
  const kpi = pane.kpis.find((it) => it.id === id);
  chosen = { kpi, worksheet: kpi ? kpi.function : pane.functions.find((it) => it.name === id) };
  for (const part of ["reading", "limits", "sources", "computed"]) $(part).hidden = !kpi;
  $("said").replaceChildren();
  $("outcome").replaceChildren();
  $("definition").textContent = kpi ? kpi.definition : chosen.worksheet.description;
  if (kpi) showKpi(kpi);
  $("formula").hidden = !chosen.worksheet;
  if (chosen.worksheet) showArguments(chosen.worksheet);
}

function showKpi(kpi) {
  $("computed").firstElementChild.textContent = `${kpi.id} = ${kpi.formula}`;
  $("limits-note").textContent = [kpi.compared ? pane.words.limits_compared : "", kpi.enough].join(" ").trim();
  $("limits").querySelector("ul").replaceChildren(
    ...kpi.limits.map((it) => {
      const line = element("li", it.status);
      line.append(element("strong", "", `${it.icon} ${[it.word, it.reach].filter(Boolean).join(", ")}`), element("span", "", it.diagnosis));
      return line;
    }),
  );
  $("source").replaceChildren(...linked(kpi.source));
  $("limits-source").replaceChildren(...linked(kpi.limits_source));
}

// A text whose addresses can be followed, in a window of their own.
function linked(text) {
  return text.split(/(https:\/\/[^\s;,)]+)/).map((part, place) => {
    if (place % 2 === 0) return part;
    const link = element("a", "", part);
    Object.assign(link, { href: part, target: "_blank", rel: "noopener noreferrer" });
    return link;
  });
}

function showArguments(worksheet) {
  const single = worksheet.arguments.filter((it) => it.kind !== "repeating");
  const pair = worksheet.arguments.filter((it) => it.kind === "repeating");
  const more = element("details");
  more.append(element("summary", "", pane.words.optional), ...single.filter((it) => it.optional).map((it) => field(it)));
  if (pair.length) more.append(...conditions(pair));
  const required = single.filter((it) => !it.optional).map((it) => field(it));
  $("fields").replaceChildren(...required, ...(more.childElementCount > 1 ? [more] : []));
  $("example").textContent = worksheet.example;
  write();
}

// A range and its criterion, and a button that adds one more such pair.
function conditions(pair) {
  const place = element("div");
  const one = () => {
    const made = element("div", "pair");
    const number = place.childElementCount + 1;
    made.append(...pair.map((it) => field(it, number > 1 ? `-${number}` : "")));
    place.append(made);
    return made;
  };
  const another = element("button", "", pane.words.another);
  another.type = "button";
  another.addEventListener("click", () => one().querySelector("input").focus());
  one();
  return [place, another];
}

function field(argument, number = "") {
  const id = `argument-${argument.name}${number}`;
  const [label, input, take, help] = [element("label"), element("input"), element("button"), element("small")];
  label.htmlFor = input.id = id;
  label.textContent = argument.name;
  input.autocomplete = "off";
  input.spellcheck = false;
  input.required = !argument.optional;
  input.literal = () => literal(input.value.trim(), argument);
  take.type = "button";
  take.textContent = pane.words.take;
  take.setAttribute("aria-label", `${pane.words.take_for} ${argument.name}`);
  take.addEventListener("click", () => attempt($("outcome"), () => takeSelection(input)));
  help.id = `${id}-help`;
  help.textContent = argument.help;
  input.setAttribute("aria-describedby", help.id);
  const made = element("div", "field");
  made.append(label, input, take, help);
  return made;
}

async function takeSelection(input) {
  input.value = await selection(async (range) => range.address);
  write();
}

// The formula as typed so far: what is left out at the end is dropped, in the middle it stays an empty place.
function formula() {
  const values = [...$("fields").querySelectorAll("input")].map((input) => input.literal());
  while (values.length && !values.at(-1)) values.pop();
  return `=${pane.prefix}${chosen.worksheet.name}(${values.join(", ")})`;
}

function write() {
  $("written").textContent = formula();
}

async function insert() {
  const filled = (input) => Boolean(input.value.trim());
  const half = (input) => [...(input.closest(".pair")?.querySelectorAll("input") ?? [])].some(filled);
  const empty = [...$("fields").querySelectorAll("input")].find((it) => !filled(it) && (it.required || half(it)));
  if (empty) {
    empty.focus();
    return element("span", "amber", `${pane.words.missing}: ${empty.labels[0].textContent}`);
  }
  const address = await selection(async (range, context) => {
    const cell = range.getCell(0, 0);
    cell.formulas = [[formula()]];
    cell.load("address");
    await context.sync();
    return cell.address;
  });
  return element("span", "green", `${pane.words.inserted} ${address}`);
}

async function read() {
  const value = await selection(async (range) => range.values[0][0]);
  const auth = await globalThis.getAuth();
  const answer = await fetch("/kpi/diagnosis", {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: auth.token, "Auth-Provider": auth.provider },
    body: JSON.stringify({ kpi: chosen.kpi.id, value, language: pane.language }),
  });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail);
  const said = element("div");
  said.append(element("strong", found.status, `${found.icon} ${found.word}: ${found.value}`), found.diagnosis);
  if (chosen.kpi.enough) said.append(element("small", "aside", ` ${chosen.kpi.enough}`));
  return said;
}

async function selection(use) {
  return await Excel.run(async (context) => {
    const range = context.workbook.getSelectedRange();
    range.load(["address", "values"]);
    await context.sync();
    return await use(range, context);
  });
}

// What came of an action is shown where it was asked for; a failure is a sentence there too.
async function attempt(place, action) {
  place.replaceChildren();
  try {
    if (typeof Excel === "undefined") throw new Error(pane.words.no_excel);
    const outcome = await action();
    if (outcome) place.replaceChildren(outcome);
  } catch (error) {
    place.replaceChildren(element("span", "red", `${pane.words.failed}: ${error.message}`));
  }
}

function element(kind, className = "", text = "") {
  const made = document.createElement(kind);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
