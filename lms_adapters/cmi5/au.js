// Plays the part of a cmi5 assignable unit (Quartz, sections 7 to 11): fetches its token and launch data once, says
// initialized, completed, passed where the LMS asks for it, and terminated at the end.
"use strict";

(() => {
  const { page, say, start, hex } = lesson;
  const CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
  const MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon";
  const EVIDENCE = "https://w3id.org/xapi/gleanery/extensions/evidence";
  const VERBS = "http://adlnet.gov/expapi/verbs/";
  const STATE = "gleanery";
  const VERSION = { "X-Experience-API-Version": "1.0.3" };

  const given = new URLSearchParams(location.search);
  const [endpoint, tokenAddress, actor, registration, activity] = ["endpoint", "fetch", "actor", "registration", "activityId"]
    .map((name) => given.get(name));
  if (!endpoint || !tokenAddress || !actor || !registration || !activity) return;

  const base = endpoint.endsWith("/") ? endpoint : `${endpoint}/`;
  const began = Date.now();
  let authorization = "";
  let launch = null;
  let kept = {};
  let line = Promise.resolve(); // what is sent one after the other
  let over = false;

  begin().catch(refused);

  async function begin() {
    const answer = await fetch(tokenAddress, { method: "POST", credentials: "omit" });
    const token = answer.ok ? (await answer.json())["auth-token"] : "";
    if (!token) throw new Error("the LMS gave no token; it gives one once for each launch");
    authorization = `Basic ${token}`;
    launch = await read("activities/state", { stateId: "LMS.LaunchData", activityId: activity, agent: actor, registration });
    if (launch === null) throw new Error("the LMS has no launch data");
    await read("agents/profile", { profileId: "cmi5LearnerPreferences", agent: actor });
    kept = (await read("activities/state", ours())) ?? {};
    kept.completed = kept.completed || (await completedBefore());
    await send(statement("initialized"));
    addEventListener("pagehide", terminate);
    addEventListener("pageshow", (event) => { if (event.persisted) say("refused"); });
    offerToLeave();
    if (launch.launchMode === "Normal") start({ opened: Boolean(kept.opened), done: Boolean(kept.completed) }, happened);
    else say("looking");
  }

  const ours = () => ({ stateId: STATE, activityId: activity, agent: actor, registration });

  // The JSON of a resource, null where there is none.
  async function read(resource, parameters) {
    const answer = await ask("GET", `${resource}?${new URLSearchParams(parameters)}`);
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`${resource} answers ${answer.status}`);
    return answer.json();
  }

  // Whether this registration is completed already: that is said once. Some stores let a unit read nothing.
  async function completedBefore() {
    const wanted = { agent: actor, verb: `${VERBS}completed`, activity, registration, limit: 1 };
    const answer = await ask("GET", `statements?${new URLSearchParams(wanted)}`);
    return answer.ok && (await answer.json()).statements.length > 0;
  }

  function ask(method, path, body) {
    const headers = { ...VERSION, Authorization: authorization };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    return fetch(base + path, { method, headers, credentials: "omit", keepalive: true, cache: "no-store",
      body: body === undefined ? undefined : JSON.stringify(body) });
  }

  async function send(one) {
    const answer = await ask("POST", "statements", one);
    if (!answer.ok) throw new Error(`the record store answers ${answer.status}`);
  }

  const duration = () => `PT${((Date.now() - began) / 1000).toFixed(2)}S`;

  function statement(verb, result) {
    const context = structuredClone(launch.contextTemplate ?? {});
    context.registration = registration;
    context.contextActivities ??= {};
    const judged = result !== undefined && ("completion" in result || "success" in result);
    context.contextActivities.category = [...(context.contextActivities.category ?? []), { id: CMI5 },
      ...(judged ? [{ id: MOVE_ON }] : [])];
    const made = { id: uuid(), timestamp: new Date().toISOString(), actor: JSON.parse(actor),
      verb: { id: VERBS + verb, display: { "en-US": verb } }, object: { objectType: "Activity", id: activity }, context };
    if (result !== undefined) made.result = result;
    return made;
  }

  // A random UUID; crypto.randomUUID is there on secure origins only.
  function uuid() {
    const digits = hex(16);
    const variant = "89ab"[parseInt(digits[16], 16) % 4];
    return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, variant + digits.slice(17, 20), digits.slice(20)].join("-");
  }

  function happened(did, evidence) {
    kept[did] = true;
    const sent = [];
    if (did === "completed") {
      sent.push(statement("completed", { completion: true, duration: duration(), extensions: { [EVIDENCE]: evidence } }));
      // Nothing is judged here; where the LMS lets nobody on without a pass and asks for no score, this is it.
      const asked = launch.moveOn === "Passed" || launch.moveOn === "CompletedAndPassed";
      if (asked && launch.masteryScore === undefined) sent.push(statement("passed", { success: true, duration: duration() }));
    }
    const taken = line.then(() => (sent.length ? send(sent) : null)).then(remember).then(() => true, refused);
    line = taken;
    return taken;
  }

  function refused(error) {
    console.warn(`cmi5: ${error.message}`);
    say("refused");
    return false;
  }

  async function remember() {
    const answer = await ask("PUT", `activities/state?${new URLSearchParams(ours())}`, kept);
    if (!answer.ok) throw new Error(`the state is refused with ${answer.status}`);
  }

  function terminate() {
    if (over) return null;
    over = true;
    return ask("POST", "statements", statement("terminated", { duration: duration() }));
  }

  function offerToLeave() {
    const back = launch.returnURL ?? "";
    if (!/^https?:/i.test(back)) return;
    const button = document.getElementById("leave");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await line;
      await terminate();
      location.href = back;
    });
  }
})();
