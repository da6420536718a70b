import { attentionMap, type AttentionMapData } from "../attention-map.js";
import { compose } from "../compose.js";
import { faithfulnessCurves, type FaithfulnessPoint } from "../faithfulness.js";
import type { Figure } from "../figure.js";
import { moduleMarkers, type ModuleMarkersData } from "../module-markers.js";
import { tokenAttention, type TokenAttentionData } from "../token-attention.js";

/** Data of {@link section38}. */
export interface Section38Data {
  tokens: TokenAttentionData;
  byType: AttentionMapData;
  markers: ModuleMarkersData;
  faithfulness: readonly FaithfulnessPoint[];
}

/**
 * §3.8, interpretation: attention among tokens, by cell type and from modules to markers, and whether hiding what is attended to costs
 * more than hiding what is not.
 * @throws {RangeError} as `tokenAttention`, `attentionMap`, `moduleMarkers` and `faithfulnessCurves`
 * @example
 * section38({
 *   tokens: { tokens: ["cell", "M1"], maps: [{ label: "Layer 1", attention: [0.6, 0.4, 0.3, 0.7] }] },
 *   byType: { groups: ["B", "T"], modules: ["M1"], attention: [0.7, 0.2] },
 *   markers: { modules: ["M1"], markers: ["CD3D"], types: ["T"], weight: [0.8] },
 *   faithfulness: [{ ranking: "attention", hidden: 1, loss: 0.03, low: 0.02, high: 0.04 }],
 * });
 */
export const section38 = ({ tokens, byType, markers, faithfulness }: Section38Data): Figure =>
  compose("section-38-interpretation", "What the model attends to.", [
    { heading: "Attention among tokens", figure: tokenAttention(tokens) },
    { heading: "Attention by cell type", figure: attentionMap(byType) },
    { heading: "Gene modules and marker genes", figure: moduleMarkers(markers) },
    { heading: "Hiding modules", figure: faithfulnessCurves(faithfulness) },
  ]);
