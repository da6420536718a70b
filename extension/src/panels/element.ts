/** What an element is made with: attributes by their HTML names, and what it does. */
export interface Parts {
  readonly text?: string;
  readonly onClick?: (event: MouseEvent) => void;
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

/** Makes an element of the page. Texts are set as texts, never as HTML. */
export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  { text, onClick, attributes = {} }: Parts = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  if (onClick) made.addEventListener("click", onClick as EventListener);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

/** A button with a text. */
export const button = (text: string, title: string, onClick: () => void, attributes: Parts["attributes"] = {}) =>
  element("button", "drl-button", { text, onClick, attributes: { type: "button", title, ...attributes } });
