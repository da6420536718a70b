// Exports of Vega that its own types leave out.
import "vega";

declare module "vega" {
  /** What of a scenegraph's item says how it is painted. */
  interface Painted {
    fill?: unknown;
    stroke?: unknown;
  }

  /** A mark with its items, or an item that is a group of marks. */
  interface SceneNode {
    /** Of a mark: what it is for, and of what kind. */
    readonly role?: string;
    readonly marktype?: string;
    /** Of an item. */
    readonly datum?: unknown;
    readonly items?: readonly SceneNode[];
  }

  class SceneRenderer {
    constructor(loader?: unknown);
    initialize(
      element: Element | null,
      width: number,
      height: number,
      origin: [number, number],
      scaleFactor?: number,
    ): this;
    resize(width: number, height: number, origin: [number, number], scaleFactor?: number): this;
  }

  class SVGRenderer extends SceneRenderer {
    _render(scene: SceneNode, markTypes?: readonly string[]): this;
    style(element: SVGElement, item: Painted | null): void;
  }

  class SVGStringRenderer extends SceneRenderer {}
  class CanvasRenderer extends SceneRenderer {}
  class SVGHandler {}
  class CanvasHandler {}

  interface GuardedModule {
    readonly renderer: typeof SceneRenderer;
    readonly headless: typeof SceneRenderer;
    readonly handler: unknown;
  }

  function renderModule(name: string, module: GuardedModule): void;
}
