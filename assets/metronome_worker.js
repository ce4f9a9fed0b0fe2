/* The worker of metronome.js: told how many ms, it speaks as often. */
onmessage = (message) => setInterval(() => postMessage(null), message.data);
