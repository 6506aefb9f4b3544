/* What this device remembers, in IndexedDB: `about` by name, and the check-ins that wait in `queue`. Nothing leaves it. */
(function (jejak) {
  "use strict";
  let opened;

  function asked(request) {
    return new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  }

  function database() {
    if (!opened) {
      const request = indexedDB.open("jejak", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("about");
        request.result.createObjectStore("queue", { keyPath: "id" });
      };
      opened = asked(request).then((found) => {
        found.onversionchange = () => { found.close(); opened = null; };
        return found;
      });
      opened.catch(() => { opened = null; });
    }
    return opened;
  }

  async function change(names, work) {
    const transaction = (await database()).transaction(names, "readwrite");
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
    const result = await work(...names.map((name) => transaction.objectStore(name)));
    await ended;
    return result;
  }

  async function get(name) {
    return asked((await database()).transaction("about").objectStore("about").get(name));
  }
  function put(name, value) { return change(["about"], (about) => asked(about.put(value, name))); }
  function forget(name) { return change(["about"], (about) => asked(about.delete(name))); }

  /* Every check-in made without a network, the first made first. */
  async function items() {
    const all = await asked((await database()).transaction("queue").objectStore("queue").getAll());
    return all.sort((one, other) => one.sequence - other.sequence);
  }
  async function item(id) {
    return asked((await database()).transaction("queue").objectStore("queue").get(id));
  }

  /* Adds a check-in under the device's next number; one that is there already stays as it is. */
  function add(entry) {
    return change(["queue", "about"], async (queue, about) => {
      const there = await asked(queue.get(entry.id));
      if (there) return there;
      const sequence = ((await asked(about.get("sequence"))) || 0) + 1;
      const whole = { ...entry, sequence, state: "waiting", tries: 0 };
      about.put(sequence, "sequence");
      queue.put(whole);
      return whole;
    });
  }
  function alter(id, values) {
    return change(["queue"], async (queue) => {
      const there = await asked(queue.get(id));
      if (there) queue.put({ ...there, ...values });
    });
  }
  function remove(id) { return change(["queue"], (queue) => asked(queue.delete(id))); }
  function clear() {
    return change(["queue", "about"], (queue, about) => { queue.clear(); return asked(about.clear()); });
  }

  jejak.memory = { get, put, forget, items, item, add, alter, remove, clear };
})(self.jejak = self.jejak || {});
