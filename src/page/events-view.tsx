export function EventsView(_: { readonly uid?: string; readonly query?: unknown }) {
  return <p>EventsView</p>;
}
