// The page for ten minutes with 500 pods and 200 updates a second: prints, for each minute, how long pictures took and what the page holds.
import t from 'tap';
import { startBrowser, withTab } from '../helpers/browser.ts';
import { isLive, serveNode } from '../helpers/page-checks.ts';
import { load } from '../helpers/page-load.ts';
import { addMany, createPageNode } from '../helpers/page-node.ts';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 10);
const PODS = 500;
const PER_SECOND = 200;
const VIEWS = ['#/?group=none', '#/events?show=pause,alert,sandbox,pod,container,namespace,process'] as const;

t.setTimeout((MINUTES + 5) * 60_000);
t.test('the page under load', async (t) => {
  const node = createPageNode(Date.now());
  addMany(node, PODS);
  const served = await serveNode(t, node);
  const browser = await startBrowser(t);
  await withTab(t, browser, served.url, {}, async ({ page }) => {
    await isLive(page);
    console.log('| minute | view | updates | picture p50 / p95 / p99 / max, ms | busy | heap, MiB | elements |');
    console.log('| --- | --- | --- | --- | --- | --- | --- |');
    let heapAfterFirst = 0;
    let heapAtEnd = 0;
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      const view = VIEWS[minute % VIEWS.length] ?? VIEWS[0];
      await page.goto(`${served.url}/${view}`);
      const { updates, frameMs, busyRatio, heapEndMiB, elements } = await load(page, served, node, { seconds: 60, perSecond: PER_SECOND });
      const frames = [frameMs.p50, frameMs.p95, frameMs.p99, frameMs.max].join(' / ');
      const row = [minute, view.slice(2, 8), updates, frames, `${Math.round(busyRatio * 100)} %`, heapEndMiB.toFixed(1), elements];
      console.log(`| ${row.join(' | ')} |`);
      if (minute === 2) heapAfterFirst = heapEndMiB;
      heapAtEnd = heapEndMiB;
      t.ok(frameMs.p95 < 150, `minute ${minute}: 95 of 100 pictures within 150 ms`);
    }
    // The log keeps 20,000 events, the tree what there is: when both are full, nothing grows any more.
    if (MINUTES > 2) t.ok(heapAtEnd < Math.max(64, heapAfterFirst * 2), `the heap does not grow: ${heapAfterFirst} MiB, ${heapAtEnd} MiB`);
  });
});
