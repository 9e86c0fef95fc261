// The web page: puts the program onto the page it was loaded by.
import { render } from 'preact';
import { App } from './app.tsx';
import { createStore } from './store.ts';

const root = document.getElementById('app');
// Below whatever path a proxy serves the agent under.
if (root !== null) render(<App store={createStore(new URL('.', location.href).href)} />, root);
