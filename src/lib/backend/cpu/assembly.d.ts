/** The kernels of `assembly/`, compiled by the plugin of `scripts/assembly.js`: a WebAssembly module in base64. */
declare module '$assembly/plain' {
  const base64: string;
  export default base64;
}

declare module '$assembly/relaxed' {
  const base64: string;
  export default base64;
}
