/** A line of the log of a task, with the time, on standard error. */
export const log = (text: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
};
