/** Style sheets are bundled by esbuild; the import is their only trace in TypeScript. */
declare module '*.css';
