// What the signs mean, and which keys there are.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

const KEYS: readonly (readonly [key: string, what: string])[] = [
  ['1 2 3', 'pods, events, alerts'],
  ['/', 'search'],
  ['arrows', 'from tile to tile; in the time line: move'],
  ['Enter', 'open the pod'],
  ['Esc', 'back to all pods; close'],
  ['+ − 0', 'in the time line: closer, farther, all of it'],
  ['j k', 'events: the next, the one before'],
  ['Space', 'events: hold the list still, let it go'],
  ['f', 'events: follow the newest'],
  ['c', 'events: copy the selected one as JSON'],
  ['t', 'light, dark, or as the system'],
  ['u', 'times local or UTC'],
  ['?', 'this'],
];

export function HelpDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (isOpen && !element.open) element.showModal();
    if (!isOpen && element.open) element.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title" class="help">
      <div class="section-head">
        <h2 id="help-title">What is what</h2>
        <form method="dialog" class="tools">
          <button type="submit" class="chip">
            close
          </button>
        </form>
      </div>
      <p class="prose">
        Every pod stands on its <strong>pause</strong>: a process that does nothing but hold the namespaces the pod lives in, its address
        among them. If it dies, the pod is torn down and built anew. This page shows what each pod of the node is made of, live, and tells
        of every pause that dies who did it.
      </p>
      <ul class="plain signs">
        <Row sign={<span class="bars is-alive" />}>the pause is alive</Row>
        <Row sign={<span class="bars is-dead" />}>the pause is dead</Row>
        <Row sign={<span class="bars is-pinned" />}>no pause process: the runtime pins the namespaces, or it is a virtual machine</Row>
        <Row sign={<span class="sign is-running" />}>a container that runs</Row>
        <Row sign={<span class="sign is-created" />}>made, not running yet</Row>
        <Row sign={<span class="sign is-done" />}>done, exit 0</Row>
        <Row sign={<span class="sign is-failed" />}>ended with an error or by a signal</Row>
        <Row sign={<span class="sign is-guest" />}>a process from outside in the pod's namespaces</Row>
        <Row sign={<span class="tile-deaths">✕2</span>}>its pause died twice otherwise than planned</Row>
      </ul>
      <h3>Keys</h3>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">
        The same as data: <a href="v1/tree?pretty">v1/tree</a>, <a href="v1/pods">v1/pods</a>, <a href="v1/alerts">v1/alerts</a>,{' '}
        <a href="metrics">metrics</a>, WebSocket <code>v1/stream</code>.
      </p>
    </dialog>
  );
}

function Row({ sign, children }: { readonly sign: ComponentChildren; readonly children: ComponentChildren }) {
  return (
    <li>
      <span class="sign-cell" aria-hidden="true">
        {sign}
      </span>
      {children}
    </li>
  );
}
