// Runs the browser's verifier on the published vectors: node vectors_in_browser.js CHECKER FOLDER → one line of JSON.
"use strict";
const fs = require("fs"), path = require("path");
const dobi = require(path.resolve(process.argv[2])), folder = process.argv[3];
const text = (name) => fs.readFileSync(path.join(folder, name), "utf8");
const keys = dobi.loadKeys(text("keys.json"));
const said = (work) => {
  try { return work(); } catch (error) {
    if (!error.kind) throw error;
    return { error: error.kind };
  }
};
const results = {};
for (const [name, want] of Object.entries(JSON.parse(text("expected.json")))) {
  const kind = name.split("/")[0];
  if (kind === "receipts") results[name] = dobi.judge(text(name), keys);
  else if (kind === "proofs") results[name] = dobi.judgeWith(want.token, keys, text(name));
  else if (kind === "keylists") results[name] = said(() => ({ ok: true, keys: dobi.loadKeys(text(name)).length }));
  else results[name] = said(() => {
    const point = dobi.checkpoint(text(name), want.institution, keys);
    return { size: Number(point.size), root: dobi.hex(point.root) };
  });
}
console.log(JSON.stringify({ results, cp949: [...dobi.cp949.of] }));
