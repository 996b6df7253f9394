// What the build uses of AssemblyScript's compiler. Its own declarations change those of arrays for the whole program.

interface Stream {
  toString(): string;
}

interface Compiler {
  createMemoryStream(): Stream;
  main(
    options: readonly string[],
    files: {
      readFile(name: string, base: string): string | null;
      writeFile(name: string, contents: string | Uint8Array): void;
      listFiles(folder: string): string[];
      stderr: Stream;
    },
  ): Promise<{ error: Error | null }>;
}

declare const asc: Compiler;
export default asc;
