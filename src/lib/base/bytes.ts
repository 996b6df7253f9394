/** Bytes in words: `512 B`, `1.5 MiB`, `5.4 GiB`. */
export const bytesText = (bytes: number): string => {
  if (bytes < 2 ** 20) return `${bytes} B`;
  const [unit, name] = bytes < 2 ** 30 ? [2 ** 20, 'MiB'] : [2 ** 30, 'GiB'];
  return `${Number((bytes / unit).toFixed(1))} ${name}`;
};
