/** `npm run build`: the site into `build/`, the command line into `dist/`, where they are older than their sources. */
import { buildIfStale } from './fresh.js';

buildIfStale('site');
buildIfStale('cli');
