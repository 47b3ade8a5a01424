// The LMS's storage for browsers that keep no cookies in frames: LTI Client Side postMessages, put_data and get_data
// (https://www.imsglobal.org/spec/lti-cs-pm/v0p1, https://www.imsglobal.org/spec/lti-cs-oidc/v0p1).
// Asked is only the frame that the LMS named, believed only what comes from where the LMS authenticates.
"use strict";

const told = document.getElementById("told").dataset;
const PATIENCE = 5000;

function beside() {
  return window.parent !== window ? window.parent : window.opener;
}

function frame() {
  const host = beside();
  if (!host || told.target === "_parent") return host;
  try {
    return host.frames[told.target] || host;
  } catch (refused) {
    return host;
  }
}

function ask(subject, value) {
  return new Promise((resolve, reject) => {
    const id = crypto.randomUUID();
    const late = setTimeout(() => reject(new Error("late")), PATIENCE);
    window.addEventListener("message", (event) => {
      const answer = event.data;
      if (event.origin !== told.origin || !answer || answer.message_id !== id) return;
      if (answer.subject !== `${subject}.response`) return;
      clearTimeout(late);
      answer.error ? reject(new Error("refused")) : resolve(answer.value);
    });
    const there = frame();
    if (!there) return reject(new Error("alone"));
    there.postMessage({ subject, message_id: id, key: told.key, value }, told.origin);
  });
}

function otherwise() {
  document.getElementById("waiting").hidden = true;
  document.getElementById("otherwise").hidden = false;
}

async function put() {
  await ask("lti.put_data", told.value);
  window.location.replace(told.next);
}

async function get() {
  const form = document.getElementById("on");
  form.elements.proof.value = String(await ask("lti.get_data"));
  form.submit();
}

if (told.does === "put") put().catch(otherwise);
if (told.does === "get") get().catch(otherwise);
if (told.does === "close") beside()?.postMessage({ subject: "org.imsglobal.lti.close" }, told.origin);
