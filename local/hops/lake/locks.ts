/** Works of one name run one after another, those of different names side by side. */
export function createLocks(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const running = (last.get(name) ?? Promise.resolve()).then(work);
    // What comes next waits for the end of this work, however it ends.
    const ended = running.catch(() => {});
    last.set(name, ended);
    try {
      return await running;
    } finally {
      if (last.get(name) === ended) last.delete(name);
    }
  };
}
