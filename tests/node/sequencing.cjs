// Has scorm-again, as the sequencer of an LMS, decide what a learner may open. Arguments: its file scorm2004.min.js. On
// stdin JSON: the activity tree as read from a manifest, and steps: [{choice: id} | {continue: true} | {set: {name: value}}].
// Prints for each step that asks for something whether it is delivered.
const fs = require("node:fs");
const vm = require("node:vm");

const window = { console: { ...console, log() {}, debug() {}, info() {}, warn() {} }, setTimeout, clearTimeout, URL };
window.window = window;
window.globalThis = window;
vm.runInNewContext(fs.readFileSync(process.argv[2], "utf8"), window);

const { activityTree, steps } = JSON.parse(fs.readFileSync(0, "utf8"));
const api = new window.Scorm2004API({ autocommit: false, logLevel: 5, sequencing: { activityTree } });
if (api.Initialize("") !== "true") throw new Error("it does not begin");
const answers = [];
for (const step of steps) {
  for (const [name, value] of Object.entries(step.set ?? {})) {
    if (api.SetValue(name, value) !== "true") throw new Error(`${name} is refused: ${api.GetLastError()}`);
  }
  if (step.choice) answers.push(api.processNavigationRequest("choice", step.choice));
  if (step.continue) answers.push(api.processNavigationRequest("continue"));
}
process.stdout.write(JSON.stringify(answers));
