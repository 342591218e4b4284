import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/conformance/report/*.report.ts"],
    globalSetup: ["test/support/relaxed-simd.ts", "test/support/conformance/write-report.ts"],
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
  },
});
