/* The owner's QR brings the code after #, which no server sees; it is shown for a look, and the button pairs. */
(function () {
  "use strict";
  const code = location.hash.slice(1);
  if (!/^[0-9A-Za-z]{8}$/.test(code)) return;
  document.getElementById("code").value = code.slice(0, 4) + "-" + code.slice(4);
  history.replaceState(null, "", location.pathname);
  document.querySelector("form button").focus();
})();
