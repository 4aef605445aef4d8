// What a person types into a field -> what Excel's English formulas want, which Excel then shows in its own language.

const NUMBER = /^[-+]?\d+(?:[.,]\d+)?%?$/;
const TRUTH = { true: "TRUE", tosi: "TRUE", false: "FALSE", "epätosi": "FALSE" };
const CELL = String.raw`\$?[a-z]{1,3}\$?\d+`;
const COLUMN = String.raw`\$?[a-z]{1,3}`;
const SHEET = String.raw`(?:(?:'[^']+'|[\p{L}\p{N}_.]+)!)?`;
const REFERENCE = new RegExp(`^${SHEET}${CELL}$`, "iu");
const RANGE = new RegExp(`^${SHEET}(?:${CELL}(?:#|:${CELL})|${COLUMN}:${COLUMN})$`, "iu");
// a text, texts joined, an array, a function, a table's column
const WRITTEN = /^"[^]*"$|"\s*&|&\s*"|^\{[^]*\}$|^\p{L}[\p{L}\p{N}_.]*(?:\(|\[)[^]*[)\]]$/u;
const DAY = /^(?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})$|^(?<d2>\d{1,2})\.(?<m2>\d{1,2})\.(?<y2>\d{4})$/;

// A day is DATE(...) and 0,15 is 0.15; a bare word, and whatever stands for an argument that is a text, goes into
// quotation marks; cells and formulas stay as they are.
export function literal(typed, argument) {
  const bare = typed.replace(/(?<=\d)[ \u00a0\u202f](?=\d{3}|%)/g, "");
  const day = typed.match(DAY)?.groups;
  if (NUMBER.test(bare)) return bare.replace(",", ".").replace("+", "");
  if (day) return `DATE(${[day.y ?? day.y2, day.m ?? day.m2, day.d ?? day.d2].map(Number).join(", ")})`;
  if (TRUTH[typed.toLowerCase()]) return TRUTH[typed.toLowerCase()];
  if (!typed || REFERENCE.test(typed) || WRITTEN.test(typed) || (argument.cells && RANGE.test(typed))) return typed;
  if (argument.text || /^\p{L}[\p{L}_ -]*$/u.test(typed)) return `"${typed.replaceAll('"', '""')}"`;
  return typed.replace(/^=/, "");
}
