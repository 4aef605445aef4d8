// Runs main.py as xlwings Lite does: in Pyodide, with xlwings as it is published for Pyodide.
//   node pyodide.mjs FOLDER: main.py, calls.json and wheels/ are read there, answers.json is written there.
import fs from "node:fs";
import path from "node:path";
import { loadPyodide } from "pyodide";

const folder = process.argv[2];
const read = (name) => fs.readFileSync(path.join(folder, name), "utf8");

try {
  const pyodide = await loadPyodide();
  for (const wheel of fs.readdirSync(path.join(folder, "wheels"))) {
    pyodide.unpackArchive(new Uint8Array(fs.readFileSync(path.join(folder, "wheels", wheel))), "whl");
  }
  pyodide.FS.writeFile("/home/pyodide/main.py", read("main.py"));
  pyodide.FS.writeFile("/home/pyodide/caller.py", fs.readFileSync(new URL("caller.py", import.meta.url), "utf8"));
  pyodide.runPython("import sys; sys.path.insert(0, '/home/pyodide')");
  const answers = await pyodide.pyimport("caller").answers(read("calls.json"));
  fs.writeFileSync(path.join(folder, "answers.json"), answers);
  process.exit(0);
} catch (fault) {
  console.error(String(fault.message).slice(-4000)); // the Python traceback; the rest is Pyodide's own source
  process.exit(1);
}
