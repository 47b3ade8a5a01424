// Goes once through what TinCanJS can do; prints what it saw as JSON. Arguments: endpoint, key, the id of a
// statement with an attachment of 256 bytes; the secret on stdin.
const fs = require("node:fs");
const TinCan = require("tincanjs");

const [endpoint, username, withBytes] = process.argv.slice(2);
const password = fs.readFileSync(0, "utf8").trim();
const connect = (secret) => new TinCan.LRS({ endpoint: endpoint + "/", username, password: secret, allowFail: false });
const lrs = connect(password);

const agent = new TinCan.Agent({ mbox: "mailto:learner@example.org" });
const activity = new TinCan.Activity({ id: "https://example.org/course" });
const statement = (changes = {}) => new TinCan.Statement({
  actor: { mbox: "mailto:learner@example.org" },
  verb: { id: "http://adlnet.gov/expapi/verbs/experienced", display: { "en-US": "experienced" } },
  target: { id: "https://example.org/course" },
  ...changes,
});

// A call that ends with cfg.callback, as a promise; an HTTP status or an error rejects it.
const asked = (method, ...given) => new Promise((resolve, reject) => {
  const cfg = given[given.length - 1];
  cfg.callback = (error, result) => (error === null ? resolve(result) : reject(error));
  lrs[method](...given);
});
const refused = (promise) => promise.then(() => "taken", (error) => error);

// In Node it sends a body as text only, so what it sends is text; what it fetches may be any bytes.
async function attachments() {
  const attachment = {
    usageType: "https://example.org/usage", display: { "en-US": "A file" }, contentType: "text/plain",
    content: new TextEncoder().encode("Grüße, 你好").buffer,
  };
  const sent = statement({ attachments: [attachment] });
  await asked("saveStatement", sent, {});
  const got = await asked("retrieveStatement", sent.id, { params: { attachments: true } });
  const other = await asked("retrieveStatement", withBytes, { params: { attachments: true } });
  const bytes = new Uint8Array(other.attachments[0].content);
  const all = bytes.length === 256 && bytes.every((value, index) => value === index);
  return { text: got.attachments[0].getContentAsString(), bytes: all };
}

async function state() {
  await asked("saveState", "bookmark", { page: 1 }, { agent, activity, contentType: "application/json" });
  const first = await asked("retrieveState", "bookmark", { agent, activity });
  const again = { agent, activity, contentType: "application/json", lastSHA1: first.etag };
  await asked("saveState", "bookmark", { page: 2 }, { ...again });
  const late = await refused(asked("saveState", "bookmark", { page: 3 }, { ...again }));
  const last = await asked("retrieveState", "bookmark", { agent, activity });
  const ids = await asked("retrieveStateIds", { agent, activity });
  await asked("dropState", "bookmark", { agent, activity });
  return { first: first.contents, late, last: last.contents, ids };
}

async function profiles() {
  const kind = { contentType: "application/json" };
  await asked("saveActivityProfile", "look", { colour: "green" }, { activity, ...kind, requestHeaders: { "If-None-Match": "*" } });
  await asked("saveAgentProfile", "taste", { colour: "green" }, { agent, ...kind, requestHeaders: { "If-None-Match": "*" } });
  const look = await asked("retrieveActivityProfile", "look", { activity });
  const taste = await asked("retrieveAgentProfile", "taste", { agent });
  return { activity: look.contents, agent: taste.contents };
}

async function main() {
  const about = await asked("about", {});
  const one = statement();
  await asked("saveStatement", one, {});
  const rest = [1, 2, 3, 4].map(() => statement());
  await asked("saveStatements", rest, {});
  const found = await asked("retrieveStatement", one.id, {});
  let page = await asked("queryStatements", { params: { agent, limit: 2, ascending: true } });
  const seen = page.statements.map((item) => item.id);
  while (page.more) {
    page = await asked("moreStatements", { url: page.more });
    seen.push(...page.statements.map((item) => item.id));
  }
  const voiding = statement({
    verb: { id: "http://adlnet.gov/expapi/verbs/voided" }, target: { objectType: "StatementRef", id: one.id },
  });
  await asked("saveStatement", voiding, {});
  const voided = await asked("retrieveVoidedStatement", one.id, {});
  console.log(JSON.stringify({
    versions: about.version.includes("1.0.3"), found: found.id === one.id,
    pages: JSON.stringify(seen) === JSON.stringify([one.id, ...rest.map((item) => item.id)]),
    hidden: await refused(asked("retrieveStatement", one.id, {})), voided: voided.id === one.id,
    attachments: await attachments(), state: await state(), profiles: await profiles(),
  }));
}

main();
