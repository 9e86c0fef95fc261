// Keys that work wherever on the page one is, except while something is typed.
import { useEffect, useRef } from 'preact/hooks';

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, select, textarea, dialog[open]') !== null;
}

/** `keys` by KeyboardEvent.key. With Ctrl, Alt or Meta they are the browser's. Those of a view come before those of the page. */
export function useKeys(keys: Keys, of: 'page' | 'view'): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (isTyping(event.target)) {
        if (event.key === 'Escape' && event.target instanceof HTMLInputElement) event.target.blur();
        return;
      }
      const act = Object.hasOwn(current.current, event.key) ? current.current[event.key] : undefined;
      if (act === undefined) return;
      event.preventDefault();
      act(event);
    };
    const options = { capture: of === 'view' };
    window.addEventListener('keydown', press, options);
    return () => window.removeEventListener('keydown', press, options);
  }, []);
}
