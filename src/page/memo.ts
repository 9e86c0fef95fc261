// A component that is drawn only when one of its properties is another one: what makes hundreds of tiles cheap.
import { Component, type ComponentChildren } from 'preact';

/** `draw` must not use hooks. */
export function memo<P extends object>(draw: (props: P) => ComponentChildren) {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const before = this.props as Readonly<Record<string, unknown>>;
      return Object.entries(next).some(([name, value]) => before[name] !== value);
    }

    override render(): ComponentChildren {
      return draw(this.props as P);
    }
  };
}
