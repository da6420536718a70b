import { STUDENT_NETWORK } from "../../lib/repair/distil.js";
import { distil, fitDiffRepairer, fitTransformer, type RepairMethod } from "../../lib/repair/index.js";
import type { Study, Variant } from "./study.js";

const variant = (name: string, id: string, fit: RepairMethod["fit"]): Variant => ({
  name,
  methods: { [id]: { label: name, fit } },
});

/** The student's sizes by default, and half of them. */
const SIZES = [
  { width: 16, feedForward: 32 },
  { width: 8, feedForward: 16 },
] as const;

/** Tokens for which softmax and linear attention differ, and which train within minutes. */
const TOKENS = 8;

/** What the paper leaves to the future: a distilled student, beside the same network without a teacher, and linear attention. */
export const smallerNetworks: Study = {
  name: "smaller-networks",
  question: "What does a small student keep of its teacher's quality, and linear attention of the softmax's?",
  variants: () => [
    variant("teacher", "diffrepairer", fitDiffRepairer),
    ...SIZES.flatMap((sizes) => [
      variant(`student of width ${sizes.width}`, "student", async (data, training) => {
        const { checkpoint, ...teaching } = training ?? {};
        const teacher = await fitDiffRepairer(data, { ...teaching, keep: true });
        try {
          return await distil(teacher, data, { ...teaching, ...sizes, checkpoint });
        } finally {
          teacher.dispose();
        }
      }),
      variant(`no teacher, width ${sizes.width}`, "diffrepairer", (data, training) =>
        fitDiffRepairer(data, { ...training, ...STUDENT_NETWORK, ...sizes }),
      ),
    ]),
    ...(["softmax", "linear"] as const).map((attention) =>
      variant(`${attention} attention`, "diffrepairer-paper", (data, training) =>
        fitTransformer(data, { ...training, tokens: TOKENS, attention }),
      ),
    ),
  ],
};
