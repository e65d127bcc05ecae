/** When a command that runs until it is told to stop is to end: Ctrl-C, SIGTERM, or its time is up. */

/** Ends with Ctrl-C, SIGTERM or when the time is up; a second Ctrl-C leaves at once, and loses nothing. */
export function stopSignal(milliseconds: number | undefined): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    if (controller.signal.aborted) {
      process.stderr.write(
        '\nleft before the end; what was acknowledged is kept, and the next start goes on with it\n',
      );
      process.exit(130);
    }
    controller.abort();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  if (milliseconds !== undefined) setTimeout(() => controller.abort(), milliseconds).unref();
  return controller.signal;
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  // An interval keeps the process alive while only unref'd timers and sockets are left.
  const awake = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      clearInterval(awake);
      resolve();
    });
  });
}
