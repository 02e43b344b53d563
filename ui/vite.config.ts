import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The page needs no inline script, style or data: address, so that a strict Content-Security-Policy can stand.
export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, target: "es2022" },
  // In development the API, the media and the configuration come from the local cloud's one origin.
  server: {
    proxy: Object.fromEntries(
      ["/api", "/media", "/config.json"].map((path) => [path, process.env.HIDOKI_ORIGIN ?? "http://127.0.0.1:8080"]),
    ),
  },
  test: { environment: "node" },
});
