// What components take from outside: the store, the clock, the address, the size of things, and what a person chose for this browser.
import { createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { parseRoute, type Route } from './route.ts';
import type { Store } from './store.ts';

export interface PageContext {
  readonly store: Store;
  readonly zone: 'local' | 'utc';
}

const Context = createContext<PageContext | undefined>(undefined);
export const PageProvider = Context.Provider;

export function usePage(): PageContext {
  const context = useContext(Context);
  if (context === undefined) throw new Error('a component is used outside the page');
  return context;
}

function useRender(): () => void {
  const [, render] = useReducer((count: number) => count + 1, 0);
  return () => render(undefined);
}

/** Draws the component anew whenever the store has something new. */
export function useStore(store: Store): void {
  const render = useRender();
  useLayoutEffect(() => store.subscribe(render), [store]);
}

/** Wall time on the node, ms, anew every second. */
export function useNow(): number {
  const { store } = usePage();
  const render = useRender();
  useEffect(() => {
    const timer = window.setInterval(render, 1000);
    return () => window.clearInterval(timer);
  }, []);
  return store.now();
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const change = (): void => setHash(location.hash);
    window.addEventListener('hashchange', change);
    // It may have changed before anybody listened.
    change();
    return () => window.removeEventListener('hashchange', change);
  }, []);
  return parseRoute(hash);
}

/** Puts what is looked at into the address, without an entry in the browser's history for each letter typed. */
export function replaceHash(hash: string): void {
  if (location.hash === hash) return;
  history.replaceState(null, '', hash);
  window.dispatchEvent(new Event('hashchange'));
}

/** The width of an element in CSS pixels, 0 before it is known. */
export function useWidth<T extends Element>(): readonly [(element: T | null) => void, number] {
  const [width, setWidth] = useState(0);
  const observer = useRef<ResizeObserver | undefined>(undefined);
  const attach = useRef((element: T | null): void => {
    observer.current?.disconnect();
    if (element === null) return;
    observer.current = new ResizeObserver(([entry]) => setWidth(Math.round(entry?.contentRect.width ?? 0)));
    observer.current.observe(element);
  });
  return [attach.current, width];
}

/** A choice that this browser keeps. */
export function useChoice<T extends string>(name: string, allowed: readonly T[], initial: T): readonly [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const kept = readChoice(name);
    return allowed.find((each) => each === kept) ?? initial;
  });
  return [
    value,
    (next) => {
      setValue(next);
      try {
        localStorage.setItem(`podtree.${name}`, next);
      } catch {
        // A browser that keeps nothing still shows it.
      }
    },
  ];
}

function readChoice(name: string): string | null {
  try {
    return localStorage.getItem(`podtree.${name}`);
  } catch {
    return null;
  }
}
