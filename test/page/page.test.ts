// The page in a real browser, on a real stream server over a tree that the test changes.
import t from 'tap';
import { cannotRunBrowser, startBrowser, withTab } from '../helpers/browser.ts';
import { startStream } from '../helpers/stream-server.ts';

t.test('the page in a browser', { skip: cannotRunBrowser() ?? false }, async (t) => {
  const browser = await startBrowser(t);

  t.test('shows every pod, live, under a policy that allows nothing but its own files', async (t) => {
    const stream = await startStream(t);
    stream.run(200, 7);
    const answer = await fetch(stream.url);
    t.match(answer.headers.get('content-security-policy'), /default-src 'none'.*script-src 'self'.*trusted-types 'none'/);
    t.notMatch(answer.headers.get('content-security-policy'), /unsafe|\*|http/);
    await withTab(t, browser, stream.url, {}, async ({ page }) => {
      await page.locator('[data-link=live]').waitFor();
      const tiles = page.getByRole('gridcell');
      await tiles.first().waitFor();
      t.equal(await tiles.count(), stream.model.uids.length);
      const before = stream.model.uids.length;
      while (stream.model.uids.length === before) stream.run(1);
      await tiles.nth(stream.model.uids.length - 1).waitFor();
    });
  });
});
