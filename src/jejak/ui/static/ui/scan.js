/* The scan page: the camera where it can, a smaller photo to send, and posters of ours opened without asking the node. */
(function (jejak) {
  "use strict";
  const { at, show, write, word, showWaiting } = jejak.page;
  const LONGEST_SIDE = 2000, QUALITY = 0.85;

  function go(text) {
    const poster = jejak.bytes.posterAddress(text);
    if (poster) {
      write("seen", word("found"));
      location.href = `/p/${poster.code}` + (poster.descriptor ? "#" + poster.descriptor : "");
    } else if (navigator.onLine) {
      at("text").value = text.slice(0, 1000);
      at("typed").requestSubmit();
    } else {
      write("trouble", word("offline-code"));
      return false;
    }
    return true;
  }

  /* A photo of several megabytes costs a visitor time and data; a code is read as well from a smaller one. */
  async function smaller(file) {
    const picture = await createImageBitmap(file);
    const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
    if (scale >= 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob ? new File([blob], "poster.jpg", { type: "image/jpeg" }) : file;
  }

  at("picture").addEventListener("change", async () => {
    const [file] = at("picture").files;
    if (!file) return;
    if (!navigator.onLine) { write("trouble", word("offline-photo")); return; }
    try {
      const holder = new DataTransfer();
      holder.items.add(await smaller(file));
      at("picture").files = holder.files;
    } catch (error) { /* sent as it is */ }
    at("photo").requestSubmit();
  });
  ["photo", "typed"].forEach((id) => at(id).addEventListener("submit", (event) => {
    const poster = id === "typed" && jejak.bytes.posterAddress(at("text").value);
    if (poster) { event.preventDefault(); go(at("text").value); return; }
    if (navigator.onLine) return;
    event.preventDefault();
    write("trouble", word(id === "photo" ? "offline-photo" : "offline-code"));
  }));

  jejak.camera.able().then((able) => {
    if (!able) return;
    show("live");
    at("send").classList.add("button-quiet");
    at("start").addEventListener("click", () => jejak.camera.watch(go));
  });
  showWaiting().catch(() => {});
})(self.jejak = self.jejak || {});
