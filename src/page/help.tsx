export function HelpDialog(_: { readonly isOpen: boolean; onClose(): void }) {
  return null;
}
