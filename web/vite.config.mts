import { defineConfig } from 'vite';

// No plugin: Vite reads `jsxImportSource` from tsconfig.json. Used as `vite build web` from the root.
export default defineConfig({
  base: './',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // An inlined asset would be a data: URL, which our content security policy allows for images only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
