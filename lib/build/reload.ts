/** Development only: reloads the page when a new server process answers. */
let running: string | null = null;
new EventSource("/_fresh/reload").onmessage = (event) => {
  if (running !== null && running !== event.data) location.reload();
  running = event.data;
};
