// What tests of the page look at in it: pods with what stands under them, the events that were copied, faults that keep people out.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import type { StreamServerOptions } from '../../src/stream/server.ts';
import type { TreeEvent, TreeUpdate } from '../../src/tree/change.ts';
import type { Pod } from '../../src/tree/model.ts';
import type { PageNode } from './page-node.ts';
import { type Running, startStream } from './stream-server.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Served extends Running {
  publish(updates: readonly TreeUpdate[]): void;
}

/** The made-up node behind a real server, with everything the page asks for. */
export async function serveNode(
  t: Test,
  node: PageNode,
  options: Partial<StreamServerOptions> & { readonly port?: number } = {},
): Promise<Served> {
  const running = await startStream(t, {
    node: 'node-a',
    tree: node.tree,
    history: (uid) => node.history(uid),
    pods: () => node.pods(),
    alerts: () => node.alerts(),
    ...options,
  });
  return { ...running, publish: (updates) => running.server.publish(updates) };
}

export async function isLive(page: Page): Promise<void> {
  await page.locator('[data-link=live]').waitFor();
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** Nothing on the page keeps people out, by the rules of axe-core. */
export async function isAccessible(t: Test, page: Page, what: string): Promise<void> {
  // Colours fade in nowhere, but a focus ring may still be drawn: what is looked at is the page at rest.
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResult;
  const bad = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`);
  t.same(bad, [], `no serious fault: ${what}`);
}

/** The names in the overview, whole, in their order. */
export async function tileNames(page: Page): Promise<string[]> {
  return (await page.evaluate('[...document.querySelectorAll(".tile-name")].map((name) => name.lastElementChild.textContent)')) as string[];
}

/** The events of the log as it would be copied. */
export async function copiedEvents(page: Page): Promise<readonly (TreeEvent & { readonly gap?: string })[]> {
  await page.getByRole('button', { name: 'copy all as JSON' }).click();
  await page.getByRole('button', { name: /^copied/ }).waitFor();
  const text = (await page.evaluate('navigator.clipboard.readText()')) as string;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TreeEvent);
}

/** What the page of a pod shows of the tree: containers, pids in their order, addresses. */
export async function shownPod(
  page: Page,
): Promise<{ readonly containers: string[]; readonly pids: number[]; readonly addresses: string[] }> {
  const texts = (selector: string): Promise<string[]> => page.locator(selector).allInnerTexts();
  return {
    containers: (await texts('.lane-container .part-name')).map((text) => text.trim()),
    pids: (await texts('.lanes .process-pid')).map((text) => Number(/\d+/.exec(text)?.[0])),
    addresses: await texts('.lane-pause .address'),
  };
}

/** The same of the tree that the agent serves. */
export function servedPod({ sandbox }: Pod): Awaited<ReturnType<typeof shownPod>> {
  const processes = [...(sandbox?.containers ?? []).flatMap((each) => each.processes), ...(sandbox?.guests ?? [])];
  return {
    containers: (sandbox?.containers ?? []).map(({ name }) => name),
    pids: processes.map(({ pid }) => pid),
    addresses: [...(sandbox?.ips ?? [])],
  };
}
