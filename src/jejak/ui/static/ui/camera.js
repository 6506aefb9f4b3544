/* The camera as a scanner, where the browser has a BarcodeDetector; elsewhere the page keeps its other ways. */
(function (jejak) {
  "use strict";
  const { at, show, write, word } = jejak.page;
  const BETWEEN = 150; // ms

  async function able() {
    if (!("BarcodeDetector" in self) || !navigator.mediaDevices) return false;
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  }

  /* Shows the camera's picture and hands over each text; `found` returns true when it has what it wants. */
  async function watch(found) {
    const video = at("video"), detector = new BarcodeDetector({ formats: ["qr_code"] });
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch (error) {
      return write("trouble", word("camera-refused"));
    }
    function stop() {
      stream.getTracks().forEach((track) => track.stop());
      stream = null;
      video.srcObject = null;
      show("viewer", false); show("start");
    }
    show("viewer"); show("start", false);
    video.srcObject = stream;
    at("stop").onclick = stop;
    await video.play().catch(() => {});
    while (stream) {
      const codes = await detector.detect(video).catch(() => []);
      if (stream && codes.length && (await found(codes[0].rawValue))) stop();
      await new Promise((next) => setTimeout(next, BETWEEN));
    }
    return undefined;
  }

  jejak.camera = { able, watch };
})(self.jejak = self.jejak || {});
