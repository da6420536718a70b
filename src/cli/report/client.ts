/// <reference lib="dom" />
import embed from "vega-embed";
import type { VisualizationSpec } from "vega-embed";

const OPTIONS = {
  ast: true,
  renderer: "svg",
  actions: { export: true, source: false, compiled: false, editor: false },
  downloadFileName: "figure",
} as const;

const specs = JSON.parse(document.getElementById("specs")?.textContent ?? "[]") as VisualizationSpec[];

const show = async (plot: HTMLElement): Promise<void> => {
  const spec = specs[Number(plot.dataset.spec)];
  if (!spec) return;
  const place = document.createElement("div");
  plot.append(place);
  try {
    await embed(place, spec, { ...OPTIONS, downloadFileName: plot.dataset.name ?? OPTIONS.downloadFileName });
    plot.classList.add("live");
  } catch (error) {
    place.remove();
    console.error(`figure ${plot.dataset.name ?? ""} stays a picture:`, error);
  }
};

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      void show(target as HTMLElement);
    }
  },
  { rootMargin: "600px" },
);

for (const plot of document.querySelectorAll<HTMLElement>(".plot[data-spec]")) observer.observe(plot);
