// A real browser for tests of the page: Debian's Chromium, headless, that is watched for everything a page must not do.
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';

const CHROMIUM = '/usr/bin/chromium';
/** What a browser does by itself would reach for other hosts. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why there can be no browser here, or undefined: the reason to give when a test skips. */
export function cannotRunBrowser(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : 'the page needs a browser: apt install chromium';
}

export interface Tab {
  readonly page: Page;
  /** What went wrong: messages of the console, errors, violations of the policy, requests to other hosts. */
  readonly faults: readonly string[];
}

export interface Window extends BrowserContextOptions {
  /** Failed requests are what the test is about. */
  readonly isOffline?: boolean;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** One browser for a test and what is below it, closed at its end. */
export async function startBrowser(t: Test): Promise<Browser> {
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  return browser;
}

/** Opens an address in a window of its own for as long as `work` takes; fails when the page has done what it must not do. */
export async function withTab(t: Test, browser: Browser, url: string, options: Window, work: (tab: Tab) => Promise<void>): Promise<void> {
  const tab = await openTab(browser, url, options);
  try {
    await work(tab);
  } finally {
    await tab.page.context().close();
  }
  t.same(tab.faults, [], 'no error in the console, no request to another host, no violation of the policy');
}

async function openTab(browser: Browser, url: string, { isOffline = false, ...options }: Window): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const { origin, host } = new URL(url);
  page.on('console', (message) => {
    // A browser writes a failed connection into the console by itself, and no page can keep it from that.
    if (isOffline && /^(?:WebSocket connection to|Failed to load resource)/.test(message.text())) return;
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${message.type()}: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => faults.push(`thrown: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin && !request.url().startsWith('data:')) faults.push(`request to ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) faults.push(`WebSocket to ${socket.url()}`);
  });
  await page.exposeFunction('reportViolation', (text: string) => faults.push(`policy: ${text}`));
  // As text: what runs in the page knows nothing of the types of this program.
  await page.addInitScript(`addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
    reportViolation(violatedDirective + ' ' + blockedURI + ' ' + sample))`);
  await page.goto(url);
  return { page, faults };
}
