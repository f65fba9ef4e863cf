import { format } from "./statistics.mjs";

const WIDTH = 640;
const HEIGHT = 320;
const PAD = { left: 60, right: 110, top: 40, bottom: 50 };
const COLOURS = { halyard: "#1a5fd0", "socket.io": "#8a5300" };

/** An SVG line plot, x logarithmic, y from zero. `series` is {name: [[x, y], …]}. */
export function linePlot({ title, axis, unit, series }) {
  const points = Object.values(series).flat();
  const xs = points.map(([x]) => Math.log10(x));
  const [minX, maxX] = [Math.min(...xs), Math.max(...xs)];
  const maxY = Math.max(...points.map(([, y]) => y)) * 1.15;
  const x = (value) => PAD.left + ((Math.log10(value) - minX) / (maxX - minX || 1)) * (WIDTH - PAD.left - PAD.right);
  const y = (value) => HEIGHT - PAD.bottom - (value / maxY) * (HEIGHT - PAD.top - PAD.bottom);
  const text = (at, up, content, anchor = "middle") =>
    `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" text-anchor="${anchor}">${content}</text>`;
  const ticksX = [...new Set(points.map(([value]) => value))].map((value) =>
    text(x(value), HEIGHT - PAD.bottom + 18, value.toLocaleString("en-US")),
  );
  const ticksY = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const value = maxY * part;
    return `<path class="grid" d="M${PAD.left} ${y(value).toFixed(1)}H${WIDTH - PAD.right}"/>${text(PAD.left - 8, y(value) + 4, format(value), "end")}`;
  });
  const lines = Object.entries(series).map(([name, values]) => {
    const path = values
      .map(([px, py], index) => `${index === 0 ? "M" : "L"}${x(px).toFixed(1)} ${y(py).toFixed(1)}`)
      .join("");
    const dots = values
      .map(([px, py]) => `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3" fill="${COLOURS[name]}"/>`)
      .join("");
    const [lastX, lastY] = values.at(-1);
    return `<path d="${path}" fill="none" stroke="${COLOURS[name]}" stroke-width="2"/>${dots}<text x="${(x(lastX) + 8).toFixed(1)}" y="${(y(lastY) + 4).toFixed(1)}" fill="${COLOURS[name]}">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#333">
<style>.grid{stroke:#ddd;fill:none}</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${text(PAD.left, 20, `${title} (${unit})`, "start")}
${[...ticksY, ...ticksX, ...lines].join("\n")}
${text((WIDTH + PAD.left - PAD.right) / 2, HEIGHT - 12, axis)}
</svg>
`;
}
