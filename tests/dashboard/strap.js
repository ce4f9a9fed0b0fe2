/* A Polar H10 that a test plays: navigator.bluetooth with the services that the strap has. `strap.frame(bytes)` is an ECG
   notification, `strap.heart(bytes)` one of the Heart Rate service; `strap.cut()` takes the strap out of reach. */
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
  const data = new Characteristic(), heart = new Characteristic(), battery = new Characteristic();
  const services = { [pmd(0)]: { [pmd(1)]: control, [pmd(2)]: data }, heart_rate: { heart_rate_measurement: heart }, battery_service: { battery_level: battery } };
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
    commands: [], lacks: [], away: false, streams: false, refuses: null, pmd: pmd(0),
    frame: (bytes) => data.tell(bytes), heart: (bytes) => heart.tell(bytes),
    cut() { strap.away = true; strap.streams = gatt.connected = false; device.dispatchEvent(new Event('gattserverdisconnected')); },
  };
  const bluetooth = { async requestDevice() { if (strap.refuses) throw new DOMException('', strap.refuses); return device; } };
  Object.defineProperty(navigator, 'bluetooth', { value: bluetooth, configurable: true });
})();
