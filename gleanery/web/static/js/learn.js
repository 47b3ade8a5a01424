// The player of an item's page: nothing of a third party is loaded before the click; what was played is reported in
// segments, and what of them counts is decided by the server.
// The frame's player is talked to by messages, as https://developers.google.com/youtube/iframe_api_reference says,
// without its script.
"use strict";

const EVERY = 10000; // milliseconds between reports while it plays
const JUMP = 2.5; // seconds between two signs of life that are still one stretch

class Played {
  // What was played since the last report, as [from, to] in seconds.
  constructor() { this.done = []; this.from = null; this.at = 0; }

  tick(time) {
    if (this.from === null) { this.from = time; this.at = time; return null; }
    const step = time - this.at;
    if (step >= -0.3 && step <= JUMP) { this.at = Math.max(this.at, time); return null; }
    const left = this.at;
    this.close();
    this.from = time;
    this.at = time;
    return left;
  }

  close() {
    if (this.from !== null && this.at > this.from) this.done.push([this.from, this.at]);
    this.from = null;
  }

  take() {
    const now = this.from;
    this.close();
    const taken = this.done;
    this.done = [];
    if (now !== null) this.from = this.at;
    return taken;
  }
}

class Player {
  constructor(place) {
    this.place = place;
    this.played = new Played();
    this.length = 0;
    this.time = 0;
    this.playing = false;
    this.unsent = [];
    this.number = 0;
    this.sentAt = 0;
    this.from = 0;
    const button = place.querySelector("[data-load]");
    button.hidden = false;
    button.addEventListener("click", () => this.load());
    addEventListener("pagehide", () => { if (this.number) this.report("ended"); });
  }

  load() {
    const stage = this.place.querySelector("[data-stage]");
    this.place.querySelector("[data-before]").hidden = true;
    stage.hidden = false;
    if (this.place.dataset.kind === "frame") this.loadFrame(stage);
    else this.loadFile(stage);
  }

  // Go on from a second; what was not loaded yet begins there.
  seek(seconds) {
    this.from = seconds;
    if (this.place.querySelector("[data-stage]").hidden) this.load();
    else if (this.media) { this.media.currentTime = seconds; this.media.play(); }
    else if (this.frame) {
      const command = JSON.stringify({ event: "command", func: "seekTo", args: [seconds, true] });
      this.frame.contentWindow.postMessage(command, this.place.dataset.origin);
    }
  }

  // ---------------------------------------------------------------- a file

  loadFile(stage) {
    const media = document.createElement(this.place.dataset.kind);
    media.controls = true;
    media.preload = "metadata";
    media.src = this.place.dataset.address;
    media.setAttribute("aria-label", this.place.dataset.title);
    this.media = media;
    media.addEventListener("loadedmetadata", () => {
      if (this.from) media.currentTime = this.from;
      this.ready(media.duration);
    });
    media.addEventListener("play", () => this.began(media.currentTime));
    media.addEventListener("timeupdate", () => this.goes(media.currentTime, !media.paused));
    media.addEventListener("pause", () => this.halted(media.currentTime));
    stage.append(media);
    media.focus();
  }

  // ---------------------------------------------------------------- a frame

  loadFrame(stage) {
    const frame = document.createElement("iframe");
    const start = this.from ? `&start=${Math.floor(this.from)}` : "";
    frame.src = `${this.place.dataset.address}&origin=${encodeURIComponent(location.origin)}${start}`;
    this.frame = frame;
    frame.title = this.place.dataset.title;
    frame.allow = "fullscreen; encrypted-media; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    const origin = this.place.dataset.origin;
    const hello = JSON.stringify({ event: "listening", id: 1, channel: "widget" });
    const call = setInterval(() => frame.contentWindow && frame.contentWindow.postMessage(hello, origin), 500);
    frame.addEventListener("load", () => frame.contentWindow.postMessage(hello, origin));
    addEventListener("message", (event) => {
      if (event.origin !== origin || event.source !== frame.contentWindow) return;
      clearInterval(call);
      this.heard(event.data);
    });
    stage.append(frame);
    frame.focus();
  }

  heard(data) {
    let told;
    try { told = typeof data === "string" ? JSON.parse(data) : data; } catch { return; }
    const info = told && typeof told === "object" ? told.info : null;
    if (told && told.event === "onStateChange" && typeof info === "number") { this.state(info); return; }
    if (!info || typeof info !== "object") return;
    if (info.duration > 0 && !this.length) this.ready(info.duration);
    if (typeof info.playerState === "number") this.state(info.playerState, info.currentTime);
    if (typeof info.currentTime === "number") this.goes(info.currentTime, this.playing);
  }

  state(state, time) {
    if (typeof time === "number") this.time = time;
    if (state === 1 && !this.playing) this.began(this.time);
    if ((state === 2 || state === 0) && this.playing) this.halted(this.time);
  }

  // ---------------------------------------------------------------- what happens

  ready(length) {
    if (!Number.isFinite(length) || length <= 0 || this.length) return;
    this.length = length;
    this.report("ready");
  }

  began(time) {
    this.playing = true;
    this.time = time;
    this.played.tick(time);
    this.sentAt = Date.now();
    this.report("played");
  }

  goes(time, playing) {
    this.time = time;
    if (!playing) return;
    const left = this.played.tick(time);
    if (left !== null) this.report("seeked", left);
    else if (Date.now() - this.sentAt >= EVERY) this.report("goes");
  }

  halted(time) {
    this.playing = false;
    this.played.tick(time);
    this.report("paused");
    this.played.close();
  }

  async report(did, left) {
    if (!this.length) return;
    this.sentAt = Date.now();
    const segments = [...this.unsent, ...this.played.take()].slice(-200);
    this.unsent = [];
    this.number += 1;
    const told = { number: this.number, did, time: this.time, length: this.length, segments };
    if (left !== undefined) told.left = left;
    try {
      const answer = await fetch(this.place.dataset.report, {
        method: "POST", keepalive: true, credentials: "same-origin",
        headers: { "content-type": "application/json", "x-visit-key": this.place.dataset.key },
        body: JSON.stringify(told),
      });
      if (answer.ok) this.show(await answer.json());
      else this.unsent.push(...segments);
    } catch {
      this.unsent.push(...segments);
    }
  }

  show(answer) {
    this.place.querySelector("progress").value = Math.floor(answer.progress * 100);
    this.place.querySelector("[data-progress]").textContent = answer.percent;
    if (answer.told) this.place.querySelector("[data-told]").textContent = answer.told;
  }
}

const players = [...document.querySelectorAll("[data-player]")].map((place) => new Player(place));

// A chapter leads into the player that is on the page; without one it is the link that it was.
for (const link of players.length ? document.querySelectorAll("[data-seek]") : []) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    players[0].seek(Number(link.dataset.seek));
    players[0].place.scrollIntoView({ block: "nearest" });
  });
}
