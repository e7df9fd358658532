// How the browser tests run: against demos that `portal/start.ts` starts, in the browser of this machine.
//
// All journeys run wide with script; those tagged `@everywhere` also on a phone and without script, as do forms; appearance with 200 % text and forced colours; the rest once.
// Nothing is downloaded: SAMSYN_CHROMIUM names the browser (default /usr/bin/chromium), SAMSYN_BINARY the portal.
// Invariant: no retries, so that a test that sometimes fails is seen.
import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";
import type { DemoOptions } from "./portal/portal.ts";

const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
/** Journeys that width and script can each change. */
const everywhere = /@everywhere/;
const browser = (...more: string[]) => ({
  launchOptions: {
    executablePath: process.env.SAMSYN_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  },
});

const config: PlaywrightTestConfig<DemoOptions> = {
  testDir: ".",
  globalSetup: "./portal/start.ts",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  snapshotPathTemplate: "{testDir}/{testFileDir}/snapshots/{arg}{ext}",
  use: {
    locale: "sv-SE",
    timezoneId: "Europe/Stockholm",
    trace: "off",
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    ...browser(),
  },
  projects: [
    { name: "script-wide", testDir: "journeys", use: { viewport: wide } },
    { name: "script-phone", testDir: "journeys", grep: everywhere, use: { viewport: phone, hasTouch: true, isMobile: true } },
    { name: "plain-wide", testDir: "journeys", grep: everywhere, use: { viewport: wide, javaScriptEnabled: false } },
    {
      name: "plain-phone",
      testDir: "journeys",
      grep: /@everywhere|without script|searching|printing/,
      use: { viewport: phone, hasTouch: true, isMobile: true, javaScriptEnabled: false },
    },
    {
      name: "large-text",
      testDir: "appearance",
      // What a reader sets as text size in the browser: 32 instead of 16 pixels.
      use: { viewport: wide, ...browser("--blink-settings=defaultFontSize=32,defaultFixedFontSize=26") },
    },
    {
      name: "forced-colours",
      testDir: "appearance",
      use: { viewport: wide, contextOptions: { forcedColors: "active" } },
    },
    { name: "screens", testDir: "screens", use: { viewport: wide } },
    { name: "provider", testDir: "provider", use: { viewport: wide } },
  ],
};

export default defineConfig<DemoOptions>(config);
