/** Whether a number as written is not 0 but too small for 64 bits, so that it would be read as 0: `1e-400`. */
export const isLostToZero = (written: string): boolean => Number(written) === 0 && /[1-9]/.test(written.replace(/[eE].*$/s, ''));
