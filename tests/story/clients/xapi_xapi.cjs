// Goes once through what @xapi/xapi can do; prints what it saw as JSON. Arguments: endpoint, key; the secret on stdin.
const fs = require("node:fs");
const { createHash } = require("node:crypto");
const loaded = require("@xapi/xapi");
const XAPI = loaded.default || loaded;

const [endpoint, key] = process.argv.slice(2);
const auth = XAPI.toBasicAuth(key, fs.readFileSync(0, "utf8").trim());
const lrs = new XAPI({ endpoint, auth, version: "1.0.3" });
// In Node its other way, axios, gives a body with attachments a Content-Type that is not theirs.
const fetching = new XAPI({ endpoint, auth, version: "1.0.3", adapter: "fetch" });

const agent = { objectType: "Agent", mbox: "mailto:learner@example.org" };
const activityId = "https://example.org/course";
const statement = (changes) => ({
  actor: agent,
  verb: { id: "http://adlnet.gov/expapi/verbs/experienced", display: { "en-US": "experienced" } },
  object: { objectType: "Activity", id: activityId },
  ...changes,
});
const refused = (promise) => promise.then(() => "taken", (error) => error.response?.status ?? String(error));

async function attachments() {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const attachment = {
    usageType: "https://example.org/usage", display: { "en-US": "A file" },
    contentType: "application/octet-stream", length: bytes.length,
    sha2: createHash("sha256").update(bytes).digest("hex"),
  };
  const sent = await fetching.sendStatement({ statement: statement({ attachments: [attachment] }), attachments: [bytes.buffer] });
  const got = await fetching.getStatement({ statementId: sent.data[0], attachments: true });
  return { parts: got.data.length, sha2: got.data[0].attachments[0].sha2 === attachment.sha2 };
}

async function state() {
  const where = { agent, activityId, stateId: "bookmark" };
  await lrs.setState({ ...where, state: { page: 1 } });
  const first = await lrs.getState(where);
  const etag = first.headers.etag;
  await lrs.setState({ ...where, state: { page: 2 }, etag, matchHeader: "If-Match" });
  const late = await refused(lrs.setState({ ...where, state: { page: 3 }, etag, matchHeader: "If-Match" }));
  await lrs.createState({ ...where, state: { seen: true } });
  const last = await lrs.getState(where);
  const ids = await lrs.getStates({ agent, activityId });
  return { first: first.data, late, last: last.data, ids: ids.data };
}

async function profiles() {
  const profile = { colour: "green" };
  await lrs.createActivityProfile({ activityId, profileId: "look", profile });
  await lrs.createAgentProfile({ agent, profileId: "taste", profile });
  const activity = await lrs.getActivityProfile({ activityId, profileId: "look" });
  const person = await lrs.getAgentProfile({ agent, profileId: "taste" });
  return { activity: activity.data, agent: person.data };
}

async function main() {
  const about = await lrs.getAbout();
  const [one] = (await lrs.sendStatement({ statement: statement() })).data;
  const more = (await lrs.sendStatements({ statements: [1, 2, 3, 4].map(() => statement()) })).data;
  const found = await lrs.getStatement({ statementId: one });
  let page = (await lrs.getStatements({ agent, limit: 2, ascending: true })).data;
  const seen = page.statements.map((item) => item.id);
  while (page.more) {
    page = (await lrs.getMoreStatements({ more: page.more })).data;
    seen.push(...page.statements.map((item) => item.id));
  }
  await lrs.voidStatement({ actor: agent, statementId: one });
  const voided = await lrs.getVoidedStatement({ voidedStatementId: one });
  console.log(JSON.stringify({
    versions: about.data.version.includes("1.0.3"), found: found.data.id === one,
    pages: JSON.stringify(seen) === JSON.stringify([one, ...more]),
    hidden: await refused(lrs.getStatement({ statementId: one })), voided: voided.data.id === one,
    attachments: await attachments(), state: await state(), profiles: await profiles(),
    person: (await lrs.getAgent({ agent })).data.mbox, activity: (await lrs.getActivity({ activityId })).data.id,
    wrongKey: await refused(new XAPI({ endpoint, auth: XAPI.toBasicAuth(key, "wrong") }).getStatements({})),
  }));
}

main();
