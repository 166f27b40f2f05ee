// "Notify this device": asks the browser, subscribes it, and tells the service where it can be reached.
import { base } from "../base.js";
import { get, post } from "../desk/api.js";

const WORKER = `${base}/static/staff/push_worker.js`; // without a version: the subscription hangs on it
const WAIT_MS = 30_000;
const CANNOT = "This browser cannot notify you. On an iPhone or iPad, add this page to the Home Screen first (Share, Add to Home Screen), sign in there, and turn notifications on.";
const BLOCKED = "This browser blocks notifications from Front Desk. Allow them in its settings for this website, then reload this page.";
const FAILED = "The browser could not turn notifications on. Please check that it is online and try again.";

const card = document.querySelector("[data-push]");
const button = card.querySelector("[data-push-on]");
const said = card.querySelector("[data-push-said]");

function say(words) {
  said.textContent = words;
  said.hidden = !words;
}

// Our pages take no address of a script from a text, but for this one.
function workerAddress() {
  const policy = window.trustedTypes?.createPolicy("push-worker", { createScriptURL: () => WORKER });
  return policy ? policy.createScriptURL("") : WORKER;
}

const registered = () => navigator.serviceWorker.getRegistration(WORKER);

async function subscription() {
  const known = await registered();
  return known ? known.pushManager.getSubscription() : null;
}

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function isFor(known, key) {
  const theirs = new Uint8Array(known.options.applicationServerKey ?? []);
  return theirs.length === key.length && theirs.every((byte, place) => byte === key[place]);
}

async function started() {
  const registration = (await registered()) ?? (await navigator.serviceWorker.register(workerAddress()));
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (worker.state === "activated") return registration;
  return new Promise((done, fail) => {
    setTimeout(() => fail(new Error(FAILED)), WAIT_MS);
    worker.addEventListener("statechange", () => worker.state === "activated" && done(registration));
  });
}

// A browser that is subscribed to an earlier key of ours gets nothing any more: it subscribes anew.
async function subscribe(key) {
  const { pushManager } = await started();
  const known = await pushManager.getSubscription();
  if (known && isFor(known, key)) return known;
  await known?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return say(BLOCKED);
  const { key } = await get(`${base}/account/notifications/key`);
  const { endpoint, keys } = (await subscribe(bytesOf(key)).catch(() => { throw new Error(FAILED); })).toJSON();
  await post(`${base}/account/notifications`, { endpoint, p256dh: keys.p256dh, auth: keys.auth });
  location.assign(`${base}/account?done=device-on#notifications`);
}

async function markOf(endpoint) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The list says which of its lines is this device.
async function showOwn() {
  const known = await subscription();
  const mark = known ? await markOf(known.endpoint) : "";
  const own = mark && card.querySelector(`[data-push-device="${mark}"]`);
  if (own) own.querySelector("[data-push-own]").hidden = false;
  button.hidden = Boolean(own) && !own.hasAttribute("data-push-failed");
}

async function begin() {
  const canNotify = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!canNotify) return say(CANNOT);
  if (Notification.permission === "denied") return say(BLOCKED);
  button.hidden = false;
  button.addEventListener("click", async () => {
    say("");
    button.disabled = true;
    await turnOn().catch((problem) => say(problem.message));
    button.disabled = false;
  });
  await showOwn();
}

begin();
