// The page in a real browser, on a real stream server over a made-up node: what it shows, how it comes back, who can use it, what it never does.
import t from 'tap';
import type { TreeEvent, TreeUpdate } from '../../src/tree/change.ts';
import { cannotRunBrowser, startBrowser, type Window, withTab } from '../helpers/browser.ts';
import { copiedEvents, isAccessible, isLive, servedPod, serveNode, shownPod, tileNames } from '../helpers/page-checks.ts';
import { addKinds, createPageNode, type PageNode } from '../helpers/page-node.ts';
import { startProxy } from '../helpers/stream-server.ts';

const PHONE: Window = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const CLIPBOARD: Window = { permissions: ['clipboard-read', 'clipboard-write'] };

function newNode(): PageNode {
  const node = createPageNode(Date.now());
  addKinds(node);
  return node;
}

const eventsIn = (updates: readonly TreeUpdate[]): TreeEvent[] => updates.flatMap(({ event }) => event ?? []);

/** A killed pause and all that follows, in the portions in which it happens. */
function killAndRestart(node: PageNode, name: string): TreeUpdate[][] {
  const steps = [
    () => node.killPause(name),
    () => node.orphansEnd(name),
    () => node.restart(name),
    () => node.returnContainers(name),
  ] as const;
  return steps.map((step) => {
    const updates = step();
    node.pass(150);
    return updates;
  });
}

t.test('the page in a browser', { skip: cannotRunBrowser() ?? false }, async (t) => {
  const browser = await startBrowser(t);

  t.test('shows every pod as the agent has it, live, under a policy that allows nothing but its own files', async (t) => {
    const node = newNode();
    const served = await serveNode(t, node);
    const policy = (await fetch(served.url)).headers.get('content-security-policy');
    t.match(policy, /default-src 'none'.*script-src 'self'.*trusted-types 'none'/);
    t.notMatch(policy, /unsafe|\*|http/);
    await withTab(t, browser, served.url, {}, async ({ page }) => {
      await isLive(page);
      t.same(
        (await tileNames(page)).toSorted(),
        node
          .tree()
          .pods.map(({ name }) => name)
          .toSorted(),
      );
      await page.getByRole('gridcell').filter({ hasText: 'example-pod' }).click();
      await page.getByRole('heading', { name: 'Anatomy' }).waitFor();
      t.same(await shownPod(page), servedPod(node.pod('example-pod')));
      served.publish(node.enter('example-pod'));
      await page.getByText('from outside').first().waitFor();
      t.same(await shownPod(page), servedPod(node.pod('example-pod')));
      await page.keyboard.press('Escape');
      served.publish(node.add({ name: 'a-new-one' }));
      await page.getByRole('gridcell').filter({ hasText: 'a-new-one' }).waitFor();
      served.publish(node.remove('a-new-one'));
      await page.getByRole('gridcell').filter({ hasText: 'a-new-one' }).waitFor({ state: 'detached' });
    });
  });

  t.test('says of a killed pause who did it, what it took down, and how long the pod was gone', async (t) => {
    const node = newNode();
    const served = await serveNode(t, node);
    const uid = node.pod('example-pod').uid;
    await withTab(t, browser, `${served.url}/#/pods/${uid}`, {}, async ({ page }) => {
      await page.getByText('holds net pid ipc uts').waitFor();
      const [death, ends, restart, returned] = killAndRestart(node, 'example-pod');
      const killed = performance.now();
      served.publish(death ?? []);
      await page.locator('.last-death', { hasText: 'its pause was killed: SIGKILL from bash (pid 23417)' }).waitFor();
      t.comment(`on the page ${Math.round(performance.now() - killed)} ms after it was published`);
      t.ok(performance.now() - killed < 1000, 'within a second');
      await page.locator('.state', { hasText: 'pause dead, 2 live on' }).waitFor();
      t.ok(await page.locator('.lanes.is-dead').isVisible());
      t.match(await page.locator('[data-announcer]').innerText(), /default\/example-pod: pause killed: SIGKILL from bash/);
      t.match(await page.title(), /^\(1\) default\/example-pod/, 'an alert fires');
      served.publish(ends ?? []);
      served.publish(restart ?? []);
      served.publish(returned ?? []);
      await page.getByText('whole again', { exact: true }).waitFor();
      t.match(
        await page.locator('.last-death').innerText(),
        /no pause for 300 ms and was whole again after 5\d\d ms; 2 containers came back; its address changed/,
      );
      t.same(await shownPod(page), servedPod(node.pod('example-pod')));
      t.match(
        await page.locator('.story').innerText(),
        /started by\s+sudo 23049 < bash 23048 < sshd 1045[\s\S]*nobody was stopping the pod[\s\S]*new pause sandbox 1/,
      );
      t.equal(await page.locator('.timeline-svg .bar.is-pause').count(), 2, 'a bar for each sandbox');
      await page.locator('.mark-sign.is-death').waitFor({ state: 'attached' });
      t.equal(await page.locator('.mark-sign.is-death').count(), 1);
      t.match(
        await page
          .locator('#shut-down ~ *, .sequence')
          .allInnerTexts()
          .then((texts) => texts.join('\n')),
        /Start-up[\s\S]*Shut-down[\s\S]*SIGKILL from bash/,
      );
      // Who comes later is told the same out of the history.
      await page.reload();
      await page.locator('.last-death', { hasText: 'whole again after' }).waitFor();
      await page.locator('.mark-sign.is-death').waitFor({ state: 'attached' });
      t.equal(await page.locator('.mark-sign.is-death').count(), 1);
      await page.goto(`${served.url}/#/`);
      await page.locator('.deaths', { hasText: 'default/example-pod' }).waitFor();
      t.match(await page.locator('.tile', { hasText: 'example-pod' }).innerText(), /✕\s*1/);
      await page.keyboard.press('3');
      await page.getByText('The pause of default/example-pod was killed with SIGKILL').waitFor();
    });
  });

  t.test('after a cut it goes on where it was: nothing is lost, nothing comes twice', async (t) => {
    const node = newNode();
    const served = await serveNode(t, node, { limits: { heartbeatMs: 100 } });
    const proxy = await startProxy(t, served.port);
    await withTab(
      t,
      browser,
      `${proxy.url}/#/events?show=pause,alert,sandbox,pod,container,namespace,process`,
      { ...CLIPBOARD, isOffline: true },
      async ({ page }) => {
        await isLive(page);
        const sent: TreeEvent[] = [];
        const publish = (updates: readonly TreeUpdate[]): void => {
          sent.push(...eventsIn(updates));
          served.publish(updates);
        };
        for (let round = 0; round < 5; round += 1) {
          publish(node.processes('cart-0', 20));
          publish(node.enter('debug-me'));
          proxy.cut();
          for (const updates of killAndRestart(node, 'example-pod')) publish(updates);
          publish(node.processes('cart-0', 20));
          await page.locator('[data-link=waiting]').waitFor();
          await isLive(page);
        }
        const wanted = [...new Set(sent.map(({ id }) => id))];
        await page.locator('.log-count', { hasText: `${wanted.length} events` }).waitFor();
        const shown = await copiedEvents(page);
        t.same(shown.map(({ id }) => id).toSorted(), wanted.toSorted());
        t.notOk(
          shown.some(({ gap }) => gap !== undefined),
          'nothing was missed, and nothing is said to be',
        );
        const amended = shown.filter(({ type }) => type === 'pause.restarted');
        t.ok(amended.length === 5 && amended.every(({ revision }) => revision === 1), 'amended ones stand in the place of the first');
        await page.goto(`${proxy.url}/#/pods/${node.pod('example-pod').uid}`);
        await page.getByRole('heading', { name: 'Anatomy' }).waitFor();
        t.same(await shownPod(page), servedPod(node.pod('example-pod')));
      },
    );
  });

  t.test('when the agent is replaced it says what it cannot know, and shows the new tree', async (t) => {
    const node = newNode();
    const first = await serveNode(t, node);
    await withTab(t, browser, `${first.url}/#/events`, { isOffline: true }, async ({ page }) => {
      await isLive(page);
      first.publish(node.enter('debug-me'));
      await page.locator('.log-count', { hasText: '1 event' }).waitFor();
      await first.server.close();
      await page.locator('[data-link=waiting]').waitFor();
      t.match(
        await page.locator('.link-why').innerText(),
        /not live: (the agent is stopping|the agent does not answer|the connection was cut)/,
      );
      await page.locator('.link-why', { hasText: 'the agent does not answer' }).waitFor();
      // At once, whether or not it is time: the button may be another one by the next picture.
      await page.getByRole('button', { name: 'retry now' }).dispatchEvent('click');
      await page.locator('[data-link=waiting]').waitFor();
      node.remove('cart-0');
      const second = await serveNode(t, node, { port: first.port, epoch: 'e2', version: '9' });
      await page.getByText('the agent was started anew').waitFor();
      await page.getByRole('button', { name: 'the agent is of another version now: reload' }).click();
      await isLive(page);
      second.publish(node.enter('checkout-7d9c5b8f6d-x7x2l'));
      await page.locator('.log-count', { hasText: '1 event' }).waitFor();
      await page.keyboard.press('1');
      await page.getByRole('gridcell').first().waitFor();
      t.equal(await page.getByRole('gridcell').count(), node.tree().pods.length);
    });
  });

  t.test('an agent that is not ready is waited for, with its reason', async (t) => {
    const node = newNode();
    let isReady = false;
    const served = await serveNode(t, node, {
      hasTree: () => isReady,
      readiness: () => (isReady ? { ready: true } : { ready: false, reason: 'the probes are being attached' }),
    });
    await withTab(t, browser, served.url, { isOffline: true }, async ({ page }) => {
      await page.locator('.link-why', { hasText: 'the probes are being attached' }).waitFor();
      t.ok(await page.getByRole('heading', { name: 'Waiting for the first tree' }).isVisible());
      isReady = true;
      await isLive(page);
      await page.getByRole('gridcell').first().waitFor();
    });
  });

  t.test('names that processes and people choose are text, whatever is in them', async (t) => {
    const node = newNode();
    const markup = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    const rightToLeft = 'safe\u202e\u2066evil\u200b\u0000\u001b[2Jgnp';
    const endless = 'x'.repeat(15_000);
    for (const [index, name] of [markup, rightToLeft, endless, 'אבג'].entries()) {
      node.add({
        name: `h${index}${name}`,
        labels: { [name.slice(0, 300)]: name.slice(0, 300) },
        containers: [{ name }, { name: `${name}2` }],
      });
    }
    const served = await serveNode(t, node);
    const names = node.tree().pods.flatMap(({ name }) => (/^h\d/.test(name ?? '') ? [name ?? ''] : []));
    await withTab(t, browser, served.url, CLIPBOARD, async ({ page }) => {
      await isLive(page);
      let happened = 0;
      for (const name of names) {
        const updates = killAndRestart(node, name).flat();
        happened += new Set(eventsIn(updates).map(({ id }) => id)).size;
        served.publish(updates);
        served.publish(node.processes(name, 2));
        await page.goto(`${served.url}/#/pods/${node.pod(name).uid}`);
        await page.locator('.last-death', { hasText: 'whole again' }).waitFor();
        t.equal(await page.locator('img, script:not([type=module])').count(), 0, 'no element was made of it');
        t.ok(
          ((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 1280,
          `nothing is wider than the window: ${name.slice(0, 20)}`,
        );
        t.notMatch(await page.locator('main').innerText(), /[\u202e\u2066\u200b\u0000\u001b]/, 'what would not be seen is written out');
      }
      await page.keyboard.press('2');
      await page.locator('.event').first().click();
      t.match(await page.locator('.event-detail pre').innerText(), /"type": "/);
      t.equal((await copiedEvents(page)).length, happened, 'all of them, each once');
      await page.goto(`${served.url}/#/`);
      await page.getByRole('gridcell').first().waitFor();
      t.match(await page.locator('.grid').innerText(), /<img src=x/);
      t.match(await page.locator('.grid').innerText(), /safe\\u\{202e\}/);
      t.notMatch(await page.title(), /^1/);
    });
    await withTab(t, browser, served.url, PHONE, async ({ page }) => {
      for (const name of names) {
        await page.goto(`${served.url}/#/pods/${node.pod(name).uid}`);
        await page.getByRole('heading', { name: 'Anatomy' }).waitFor();
        t.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 390, `nor than a phone: ${name.slice(0, 20)}`);
      }
    });
  });

  t.test('is found, narrowed and walked through with the keys, and every state of it has an address', async (t) => {
    const node = newNode();
    const served = await serveNode(t, node);
    await withTab(t, browser, served.url, {}, async ({ page }) => {
      await isLive(page);
      const tiles = page.getByRole('gridcell');
      await tiles.first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('shop/');
      await page.waitForURL(/#\/\?q=shop%2F$/);
      t.equal(await tiles.count(), 5);
      await page.getByRole('button', { name: /^in trouble/ }).click();
      await page.waitForURL(/state=trouble/);
      t.same(await tileNames(page), ['payment-5f6b8d7c9d-qq2wz']);
      await page.reload();
      await tiles.first().waitFor();
      t.equal(await tiles.count(), 1, 'a deep link');
      await page.getByRole('searchbox').fill('app=cart');
      await page.getByRole('button', { name: /^all/ }).click();
      t.same(await tileNames(page), ['cart-0']);
      await page.getByRole('searchbox').fill('');
      await page.getByLabel('grouping').selectOption('owner');
      await page.getByRole('rowheader', { name: /shop · StatefulSet cart/ }).waitFor();
      await page.getByLabel('grouping').selectOption('none');
      t.equal(await page.getByRole('rowheader').count(), 0);
      await page.getByLabel('namespace').selectOption('kube-system');
      t.equal(await tiles.count(), 3);
      await page.getByLabel('namespace').selectOption('');

      const all = await tileNames(page);
      await page.locator('.tile a[tabindex="0"]').focus();
      const isFocused = (name: string | undefined) =>
        page.locator('.tile a:focus .tile-name > :last-child', { hasText: name ?? '?' }).waitFor({ state: 'attached' });
      await isFocused(all[0]);
      await page.keyboard.press('ArrowRight');
      await isFocused(all[1]);
      await page.keyboard.press('End');
      await isFocused(all.at(-1));
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      await isFocused(all[5]);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Anatomy' }).waitFor();
      await page.locator('.timeline-chart').focus();
      await page.keyboard.press('+');
      await page.waitForURL(/#\/pods\/.*\?from=.*&to=/);
      await page.keyboard.press('Escape');
      await page.waitForURL(/#\/$/);
      await isFocused(all[5]);
      await page.keyboard.press('?');
      await page.getByRole('dialog').getByText('its pause died twice').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.keyboard.press('t');
      await page.locator('html[data-theme=light]').waitFor({ state: 'attached' });
      await page.goto(`${served.url}/#/pods/no-such-uid`);
      await page.getByRole('heading', { name: 'No such pod' }).waitFor();
    });
  });

  t.test('the log is held still, followed, filtered and copied; a gap stands where it was', async (t) => {
    const node = newNode();
    const served = await serveNode(t, node);
    await withTab(t, browser, served.url, { ...CLIPBOARD, viewport: { width: 1280, height: 500 } }, async ({ page }) => {
      await isLive(page);
      await page.keyboard.press('2');
      await page.getByText('Nothing of this has happened since the page was opened').waitFor();
      const kill = killAndRestart(node, 'example-pod').flat();
      served.publish(kill);
      await page.locator('.log-count', { hasText: '9 events' }).waitFor();
      served.server.gap('kernel', 17);
      await page.getByText('gap: 17 events lost between the kernel and the agent').waitFor();
      await page.getByRole('button', { name: 'hold' }).click();
      served.publish(node.enter('debug-me'));
      await page.getByRole('button', { name: 'held, 1 new' }).waitFor();
      t.equal(await page.getByText('by an outsider').count(), 0);
      await page.getByRole('button', { name: 'held, 1 new' }).click();
      await page.getByText('by an outsider').waitFor();
      for (let round = 0; round < 30; round += 1) served.publish(node.enter('debug-me'));
      await page.locator('.event').last().getByText('tcpdump').waitFor();
      const atEnd = 'const list = document.querySelector(".event-list"); list.scrollHeight - list.scrollTop - list.clientHeight < 2';
      t.ok(await page.evaluate(`(() => { ${atEnd.replace('; list', '; return list')} })()`), 'the end is followed');
      await page.locator('.event-list').hover();
      await page.mouse.wheel(0, -600);
      await page.locator('button[aria-pressed=false]', { hasText: 'follow' }).waitFor();
      await page.keyboard.press('f');
      await page.locator('button[aria-pressed=true]', { hasText: 'follow' }).waitFor();
      await page.getByRole('searchbox').fill('sigkill bash');
      await page.locator('.event', { hasText: 'pause.exited' }).click();
      t.match(await page.locator('.event-detail pre').innerText(), /"signal": "SIGKILL"/);
      await page.getByRole('button', { name: 'copy JSON' }).click();
      await page.getByRole('button', { name: /^copied/ }).waitFor();
      const [death] = eventsIn(kill);
      t.same(JSON.parse((await page.evaluate('navigator.clipboard.readText()')) as string), JSON.parse(JSON.stringify(death)));
      await page.keyboard.press('Escape');
      await page.locator('.event-detail').waitFor({ state: 'detached' });
      await page.locator('.event', { hasText: 'pause.exited' }).click();
      await page.getByRole('link', { name: 'link to it' }).click();
      await page.waitForURL(`${served.url}/#/events?id=${death?.id}`);
      await page.getByRole('button', { name: 'pauses' }).click();
      await page.locator('.event', { hasText: 'pause.exited' }).first().waitFor({ state: 'detached' });
      await page.waitForURL(/show=alert/);
    });
  });

  t.test('nobody is kept out: every view, wide and narrow, light and dark', async (t) => {
    const node = newNode();
    const served = await serveNode(t, node);
    for (const updates of killAndRestart(node, 'example-pod')) served.publish(updates);
    served.publish(node.killPause('cart-0'));
    const uid = node.pod('example-pod').uid;
    const views = ['', `pods/${uid}`, `pods/${node.pod('cart-0').uid}`, 'events', 'alerts'];
    const windows: [string, Window][] = [
      ['light', { colorScheme: 'light' }],
      ['dark', { colorScheme: 'dark' }],
      ['phone', { ...PHONE, colorScheme: 'light' }],
    ];
    for (const [name, window] of windows) {
      await withTab(t, browser, served.url, window, async ({ page }) => {
        await isLive(page);
        for (const view of views) {
          await page.goto(`${served.url}/#/${view}`);
          if (view === 'events') served.publish([...node.enter('debug-me'), ...node.processes('debug-me', 2)]);
          await page.locator('h1').first().waitFor({ state: 'attached' });
          if (view.startsWith('pods/')) await page.locator('.last-death').waitFor();
          await isAccessible(t, page, `${name} ${view}`);
        }
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
        await isAccessible(t, page, `${name} help`);
      });
    }
  });
});
