/** Whether to give up what is being computed; asked between its parts. */
export type Stopped = () => Promise<boolean>;

/** Of work that nobody stops. */
export const never: Stopped = () => Promise.resolve(false);
