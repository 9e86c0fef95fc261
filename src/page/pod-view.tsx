export function PodView(_: { readonly uid?: string; readonly query?: unknown }) {
  return <p>PodView</p>;
}
