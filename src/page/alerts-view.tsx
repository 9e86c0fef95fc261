export function AlertsView(_: { readonly uid?: string; readonly query?: unknown }) {
  return <p>AlertsView</p>;
}
