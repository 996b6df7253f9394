/** Lets the keyboard reach, and so scroll, what does not fit its frame; what fits is no stop. */
export const scrollable = (element: HTMLElement): { destroy(): void } => {
  const look = (): void => {
    const { overflowX, overflowY } = getComputedStyle(element);
    const scrolls = [overflowX, overflowY].some((one) => one === 'auto' || one === 'scroll');
    const overflows = scrolls && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
    if (overflows) element.tabIndex = 0;
    else element.removeAttribute('tabindex');
  };
  const sizes = new ResizeObserver(look);
  sizes.observe(element);
  const contents = new MutationObserver(look);
  contents.observe(element, { childList: true, subtree: true, characterData: true });
  return {
    destroy: () => {
      sizes.disconnect();
      contents.disconnect();
    },
  };
};
