// Shows what the desk tells this device, also with every page closed. It looks after no page: its scope is
// the folder it stands in.
const DESK = new URL("../../desk", self.location.href).href;

function told(event) {
  try {
    return event.data.json();
  } catch {
    return {};
  }
}

addEventListener("push", (event) => {
  const { text = "Somebody is waiting at the desk", urgent = false } = told(event);
  const options = {
    tag: urgent ? "front-desk-push-urgent" : "front-desk-push",
    renotify: true,
    requireInteraction: urgent,
    icon: new URL("../site/mark.svg", self.location.href).href,
  };
  event.waitUntil(self.registration.showNotification(text, options));
});

// A desk that is open is shown; else it is opened.
async function open() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const desk = pages.find((page) => page.url.startsWith(DESK));
  return desk ? desk.focus() : self.clients.openWindow(DESK);
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});
