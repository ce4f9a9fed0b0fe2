/* A strap that a test plays: navigator.bluetooth with the services of a Polar H10 and of a Movesense, less those that it
   `lacks`. `strap.frame(bytes)` is an ECG notification, `strap.sense(bytes)` one of a Movesense, `strap.heart(bytes)` one of
   the Heart Rate service; `strap.cut()` takes the strap out of reach. */
(() => {
  const pmd = (number) => 'fb005c8' + number + '-02e7-f387-1cad-8acd2d8df0c8';
  const view = (bytes) => new DataView(new Uint8Array(bytes).buffer);
  class Characteristic extends EventTarget {
    constructor(hears) { super(); this.hears = hears; }
    async startNotifications() { return this; }
    async readValue() { return view([78]); }
    async writeValueWithResponse(bytes) { strap.commands.push([...new Uint8Array(bytes.buffer || bytes)]); if (this.hears) this.hears(bytes); }
    tell(bytes) { this.value = view(bytes); this.dispatchEvent(new Event('characteristicvaluechanged')); }
  }
  const control = new Characteristic((bytes) => { strap.streams = bytes[0] === 2; setTimeout(() => control.tell([0xF0, bytes[0], 0, 0, 0])); });
  const gsp = (number) => number + '-7185-4d5d-b431-630e7050e8f0', path = (bytes) => String.fromCharCode(...bytes.slice(2));
  const sensed = new Characteristic(), sense = new Characteristic((bytes) => {
    const does = path(bytes) !== '/Meas/ECG/125';                          // a medical one has 128 Hz
    strap.streams = bytes[0] === 1 && does;
    setTimeout(() => sensed.tell([1, bytes[1], ...(does ? [200, 0] : [0x94, 1])]));
  });
  const data = new Characteristic(), heart = new Characteristic(), battery = new Characteristic();
  const services = { [pmd(0)]: { [pmd(1)]: control, [pmd(2)]: data }, [gsp('34802252')]: { [gsp('34800001')]: sense, [gsp('34800002')]: sensed },
    heart_rate: { heart_rate_measurement: heart }, battery_service: { battery_level: battery } };
  const absent = () => { throw new DOMException('absent', 'NotFoundError'); };
  const gatt = {
    connected: false,
    async connect() { if (strap.away) throw new DOMException('away', 'NetworkError'); gatt.connected = true; return gatt; },
    disconnect() { gatt.connected = false; },
    async getPrimaryService(name) {
      const found = strap.lacks.includes(name) ? null : services[name];
      return found ? { async getCharacteristic(id) { return found[id] || absent(); } } : absent();
    },
  };
  const device = Object.assign(new EventTarget(), { name: 'Polar H10 A1B2C3D4', gatt: gatt });
  const strap = window.strap = {
    commands: [], lacks: [gsp('34802252')], away: false, streams: false, refuses: null, pmd: pmd(0), gsp: gsp('34802252'),
    frame: (bytes) => data.tell(bytes), sense: (bytes) => sensed.tell(bytes), heart: (bytes) => heart.tell(bytes),
    /* Notifications one after the other: so many at once, the others each 562 ms; `pause` answers how many were told. */
    play(frames, ahead) {
      frames.slice(0, strap.told = ahead).forEach(strap.frame);
      strap.timer = setInterval(() => { if (strap.told < frames.length) strap.frame(frames[strap.told++]); }, 562);
    },
    pause() { clearInterval(strap.timer); return strap.told; },
    cut() { strap.away = true; strap.streams = gatt.connected = false; device.dispatchEvent(new Event('gattserverdisconnected')); },
  };
  const bluetooth = { async requestDevice() { if (strap.refuses) throw new DOMException('', strap.refuses); return device; } };
  Object.defineProperty(navigator, 'bluetooth', { value: bluetooth, configurable: true });
})();
