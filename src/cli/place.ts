/** Where the product stands on this machine, as its bin found it. */
export interface Place {
  /** Folder of package.json. */
  readonly root: string;
  /** Builds the site into `build/` when it is not there or older than its sources. */
  buildSite(): void;
}
